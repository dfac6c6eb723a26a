package dev.larder.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.TestCloud;
import dev.larder.agent.cloud.CloudTls.NodeCertificate;
import dev.larder.agent.enrol.EnrolCommand;
import dev.larder.agent.methods.Reply;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.trust.Pem;
import dev.larder.common.json.Json;
import dev.larder.common.topic.DirectMethod;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's second long poll, over real TLS. */
class MethodPollIT {
  private static final int LIMIT_SECONDS = 20;

  @TempDir private Path dataDir;
  private final TestCloud cloud;
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch answered = new CountDownLatch(1);
  private CloudClient client;
  private MethodPoll poll;
  private Thread thread;

  MethodPollIT() throws Exception {
    cloud = new TestCloud();
  }

  @BeforeEach
  void start() throws Exception {
    var request = cloud.request("poll", dataDir.toString());
    var in = new ByteArrayInputStream(Json.writeBytes(request));
    assertThat(new EnrolCommand(in, System.out, System.err, InstantSource.system()).run("test"))
        .isZero();
    var files = new NodeFiles(dataDir);
    var config = files.readConfig().orElseThrow();
    var node =
        new NodeCertificate(
            Pem.key(Files.readString(files.nodeKey())),
            Pem.certificates(Files.readString(files.nodeCertificate())));
    var trusted = Pem.certificates(Files.readString(files.cloudCa()));
    client =
        new CloudClient(
            config.cloudUrl(), Optional.empty(), CloudTls.context(trusted, Optional.of(node)));
    poll = new MethodPoll(client, this::work);
    thread = Thread.ofVirtual().start(poll::run);
  }

  @AfterEach
  void stop() throws Exception {
    thread.interrupt();
    poll.close();
    client.close();
    cloud.close();
    assertThat(thread.join(Duration.ofSeconds(LIMIT_SECONDS))).isTrue();
  }

  private MethodPoll.Done work(DirectMethod.Handed method) throws InterruptedException {
    switch (method.name()) {
      case "hang" -> {
        begun.countDown();
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          interrupted.countDown();
          throw e;
        }
      }
      case "break" -> throw new IllegalStateException("broken on purpose");
      default -> {
        // Answered below.
      }
    }
    return new MethodPoll.Done(Reply.done(method.payload()), answered::countDown);
  }

  private static boolean within(CountDownLatch latch) throws InterruptedException {
    return latch.await(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void oneThatHangsIsGivenUpAndKeepsNoOtherWaiting() throws Exception {
    var hung = cloud.hand("hang", Json.object(), Duration.ofSeconds(3));
    assertThat(within(begun)).isTrue();
    assertThat(cloud.ask("echo", "{'n': 1}").payload().path("n").asInt()).isEqualTo(1);
    assertThat(within(answered)).isTrue();
    assertThat(within(interrupted)).isTrue();
    assertThat(cloud.ask("echo", "2").payload().asInt()).isEqualTo(2);
    assertThat(hung).isNotDone();
  }

  @Test
  void aFaultIsAnsweredAsOne() throws Exception {
    var broken = cloud.ask("break", "{}");
    assertThat(broken.status()).isEqualTo(500);
    assertThat(broken.payload().path("message").asText()).contains("broken on purpose");
  }

  @Test
  void whatIsUnderWayEndsWithTheAgent() throws Exception {
    var hung = cloud.hand("hang", Json.object(), Duration.ofMinutes(5));
    assertThat(within(begun)).isTrue();
    thread.interrupt();
    poll.close();
    assertThat(within(interrupted)).isTrue();
    assertThat(hung).isNotDone();
  }
}
