package dev.larder.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.cloud.fleet.AgentMethods;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Direct methods of a node's agent, which comes for them by HTTPS; no hub is connected. */
class AgentMethodsIT {
  @RegisterExtension private final TestCloud cloud = new TestCloud();

  private static final int LIMIT_SECONDS = 20;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private TestNode node;
  private HttpClient agent;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    node = TestNode.enrolOne(cloud);
    agent = node.client();
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private Future<TestCloud.Answer> ask(String method, String body) {
    return threads.submit(
        () -> cloud.api("POST", node.path() + "/modules/edgeAgent/methods/" + method, body));
  }

  private HttpResponse<byte[]> poll(int wait) throws IOException, InterruptedException {
    return cloud.send(
        agent, cloud.request("/node/v1/methods").header("Prefer", "wait=" + wait).GET());
  }

  private JsonNode taken() throws IOException, InterruptedException {
    var response = poll(LIMIT_SECONDS);
    assertThat(response.statusCode()).isEqualTo(200);
    return Json.mapper().readTree(response.body());
  }

  private HttpResponse<byte[]> answer(HttpClient client, JsonNode request, String answer)
      throws IOException, InterruptedException {
    var path = "/node/v1/methods/" + request.path("requestId").asText();
    return cloud.send(client, cloud.request(path).POST(TestCloud.json(answer.replace('\'', '"'))));
  }

  private static <T> T within(Future<T> future) throws Exception {
    return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void aMethodGoesToTheHeldPollAndItsAnswerToTheAdministrator() throws Exception {
    var held = threads.submit(this::taken);
    // Once these are answered the poll is held: all of the agent's goes over one connection.
    node.manifest(agent, "", 0);
    node.manifest(agent, "", 0);
    assertThat(held).isNotDone();
    var answer = ask("RestartModule?responseTimeout=60", "{'schemaVersion': '1.0', 'id': 'cache'}");
    var request = within(held);
    assertThat(request.path("name").asText()).isEqualTo("RestartModule");
    assertThat(request.at("/payload/id").asText()).isEqualTo("cache");
    assertThat(Duration.parse(request.path("responseTimeout").asText()))
        .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
    assertThat(answer(agent, request, "{'status': 404, 'payload': {'names': []}}").statusCode())
        .isEqualTo(204);
    assertThat(within(answer).status()).isEqualTo(200);
    assertThat(within(answer).body().path("status").asInt()).isEqualTo(404);
    assertThat(within(answer).body().at("/payload/names").isArray()).isTrue();
  }

  @Test
  void aMethodWaitsForTheNextPollAndIsHandedOutOnce() throws Exception {
    var path = node.path() + "/modules/$edgeAgent/methods/ping";
    var answer = threads.submit(() -> cloud.api("POST", path, ""));
    var request = taken();
    assertThat(request.path("payload").isObject()).isTrue();
    assertThat(poll(1).statusCode()).isEqualTo(204);
    assertThat(poll(0).statusCode()).isEqualTo(204);
    assertThat(answer(agent, request, "{'status': 200}").statusCode()).isEqualTo(204);
    assertThat(within(answer).body().path("payload").isNull()).isTrue();
    var again = answer(agent, request, "{'status': 200, 'payload': {}}");
    assertThat(again.statusCode()).isEqualTo(404);
  }

  @Test
  void anAgentThatDoesNotComeIsAConflictAndTheMethodIsGivenUp() throws Exception {
    var answer = within(ask("ping", "{}"));
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.detail()).contains("did not come", "not carried out");
    assertThat(poll(0).statusCode()).isEqualTo(204);
  }

  @Test
  void anAgentThatDoesNotAnswerEndsInTime() throws Exception {
    var answer = ask("ping?responseTimeout=6", "{}");
    var request = taken();
    assertThat(within(answer).status()).isEqualTo(504);
    assertThat(within(answer).detail()).contains("6 s", "responseTimeout");
    assertThat(answer(agent, request, "{'status': 200}").statusCode()).isEqualTo(404);
  }

  @Test
  void anAgentOwesSoManyAnswersAndNoMore() throws Exception {
    var asked = new ArrayList<Future<TestCloud.Answer>>();
    var requests = new ArrayList<JsonNode>();
    for (int i = 0; i < AgentMethods.MOST; i++) {
      asked.add(ask("ping", "{'n': " + i + "}"));
      requests.add(taken());
    }
    var refused = within(ask("ping", "{}"));
    assertThat(refused.status()).isEqualTo(429);
    var seen = new HashSet<String>();
    for (var request : requests) {
      assertThat(seen.add(request.path("requestId").asText())).isTrue();
      var answer = Json.object().put("status", 200);
      answer.set("payload", request.path("payload"));
      assertThat(answer(agent, request, Json.write(answer)).statusCode()).isEqualTo(204);
    }
    for (int i = 0; i < AgentMethods.MOST; i++) {
      assertThat(within(asked.get(i)).body().at("/payload/n").asInt()).isEqualTo(i);
    }
    var next = ask("ping", "{}");
    answer(agent, taken(), "{'status': 200, 'payload': {}}");
    assertThat(within(next).status()).isEqualTo(200);
  }

  @Test
  void onlyTheNodeItselfTakesAndAnswers() throws Exception {
    var stranger = cloud.client(Optional.empty());
    assertThat(cloud.send(stranger, cloud.request("/node/v1/methods").GET()).statusCode())
        .isEqualTo(401);
    var other = TestNode.enrol(cloud, TestNode.create(cloud, "two", "{}"));
    var answer = ask("ping", "{}");
    var request = taken();
    assertThat(answer(stranger, request, "{'status': 200}").statusCode()).isEqualTo(401);
    assertThat(answer(other.client(), request, "{'status': 200}").statusCode()).isEqualTo(404);
    assertThat(answer(agent, request, "{'status': 'fine'}").statusCode()).isEqualTo(400);
    assertThat(answer).isNotDone();
    assertThat(answer(agent, request, "{'status': 202, 'payload': {}}").statusCode())
        .isEqualTo(204);
    assertThat(within(answer).body().path("status").asInt()).isEqualTo(202);
  }

  @Test
  void aNewerPollEndsTheOlderOneAndADeletedNodeIsToldSo() throws Exception {
    var older = threads.submit(() -> poll(LIMIT_SECONDS * 2));
    node.manifest(agent, "", 0);
    node.manifest(agent, "", 0);
    assertThat(older).isNotDone();
    var newer = threads.submit(() -> poll(LIMIT_SECONDS * 2));
    assertThat(within(older).statusCode()).isEqualTo(204);
    cloud.api("DELETE", node.path(), "");
    assertThat(within(newer).statusCode()).isEqualTo(410);
  }

  @Test
  void aCloudThatStopsDoesNotLetAnAdministratorWait() throws Exception {
    var answers =
        List.of(ask("ping?responseTimeout=300", "{}"), ask("ping?responseTimeout=300", "{}"));
    taken();
    taken();
    cloud.close();
    for (var answer : answers) {
      // An answer that the end of the connection overtakes is as good: what counts is that it ends.
      assertThat(answer).satisfies(AgentMethodsIT::ends);
    }
  }

  private static void ends(Future<TestCloud.Answer> answer) {
    try {
      assertThat(within(answer).status()).isEqualTo(409);
    } catch (Exception e) {
      assertThat(e).hasRootCauseInstanceOf(IOException.class);
    }
  }
}
