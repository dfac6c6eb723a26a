package dev.larder.hub;

import static dev.larder.hub.HubProcess.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.RealClient.Message;
import dev.larder.hub.RealClient.Way;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every client finds at the hub's process, over TLS and over WebSocket. */
abstract class ClientContract {
  static final String SETTINGS =
      """
      {"schemaVersion": "1.2", "routes": {},
       "mqttBroker": {"authorizations": [{"identities": ["{{iot:identity}}"],
         "allow": [{"operations": ["mqtt:publish", "mqtt:subscribe"], "resources": ["c/#"]}]}]}}
      """;

  @TempDir private static Path folder;
  private static TestIdentity identity;
  private static HubProcess hub;

  @BeforeAll
  static void startHub() {
    identity = TestIdentity.alone(folder.resolve("identity"));
    hub = HubProcess.start(identity, folder, SETTINGS);
  }

  @AfterAll
  static void stopHub() {
    hub.close();
  }

  static TestIdentity identity() {
    return identity;
  }

  abstract RealClient connect(Way way) throws Exception;

  /** Where it connects; the first is plain MQTT over TLS. */
  List<String> uris() {
    return List.of(hub.uri(), hub.webUri("/mqtt"), hub.webUri("/$iothub/websocket"));
  }

  final RealClient connect(String module) throws Exception {
    return connect(way(uris().getFirst(), module, false));
  }

  static Way way(String uri, String module, boolean lasting) {
    return new Way(uri, Who.module(module), lasting, Optional.empty());
  }

  static List<String> texts(RealClient client) {
    return client.received().stream().map(Message::text).toList();
  }

  @Test
  void everyQosBothWaysOverEveryTransport() throws Exception {
    for (var uri : uris()) {
      try (var sub = connect(way(uri, "sub", false));
          var pub = connect(way(uri, "pub", false))) {
        var expected = new ArrayList<Message>();
        for (int wished = 0; wished <= 2; wished++) {
          var topic = "c/qos/" + wished;
          sub.subscribe(topic, wished);
          for (int sent = 0; sent <= 2; sent++) {
            pub.publish(Message.of(topic, sent + " é€𝄞", sent));
            expected.add(Message.of(topic, sent + " é€𝄞", Math.min(wished, sent)));
          }
        }
        var large = Message.of("c/qos/1", "x".repeat(100_000), 1);
        pub.publish(large);
        expected.add(large);
        await("all over " + uri, () -> sub.received().size() >= expected.size());
        assertThat(sub.received()).as(uri).containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }

  @Test
  void manyMessagesKeepTheirOrder() throws Exception {
    try (var sub = connect("sub");
        var pub = connect("pub")) {
      sub.subscribe("c/many/#", 2);
      var sent = IntStream.range(0, 60).mapToObj(i -> "m" + i).toList();
      for (int i = 0; i < sent.size(); i++) {
        pub.publish(Message.of("c/many/" + i % 3, sent.get(i), 1 + i % 2));
      }
      await("all", () -> sub.received().size() >= sent.size());
      for (int qos = 1; qos <= 2; qos++) {
        int rest = qos - 1;
        assertThat(texts(sub))
            .as("of QoS " + qos)
            .filteredOn(text -> Integer.parseInt(text.substring(1)) % 2 == rest)
            .isEqualTo(sent.stream().filter(t -> sent.indexOf(t) % 2 == rest).toList());
      }
    }
  }

  @Test
  void aRetainedMessageIsThereForWhoComesLater() throws Exception {
    var kept = Message.of("c/kept/a", "kept", 1).kept();
    try (var pub = connect("pub")) {
      pub.publish(Message.of("c/kept/a", "before", 1).kept());
      pub.publish(kept);
      pub.publish(Message.of("c/kept/b", "not retained", 1));
      try (var sub = connect("sub")) {
        sub.subscribe("c/kept/+", 1);
        await("it", () -> !sub.received().isEmpty());
        pub.publish(Message.of("c/kept/a", "live", 1).kept());
        await("the next", () -> sub.received().size() == 2);
        assertThat(sub.received())
            .as("the flag tells old from new")
            .containsExactly(kept, Message.of("c/kept/a", "live", 1));
      }
      pub.publish(Message.of("c/kept/a", "", 1).kept());
      try (var late = connect("late")) {
        late.subscribe("c/kept/+", 1);
        pub.publish(Message.of("c/kept/a", "after", 1));
        await("what came after it", () -> !late.received().isEmpty());
        assertThat(texts(late)).containsExactly("after");
      }
    }
  }

  @Test
  void theWillOfADeadClientIsSent() throws Exception {
    try (var sub = connect("sub")) {
      sub.subscribe("c/will/#", 1);
      for (var uri : uris()) {
        var will = Message.of("c/will/x", "dead at " + uri, 1);
        var dying = connect(new Way(uri, Who.module("dying"), false, Optional.of(will)));
        // By then it is connected, which is all that some clients tell.
        dying.subscribe("c/other", 0);
        dying.cut();
        await("its will over " + uri, () -> sub.received().contains(will));
      }
      var alive =
          connect(
              new Way(
                  uris().getFirst(),
                  Who.module("alive"),
                  false,
                  Optional.of(Message.of("c/will/alive", "no", 1))));
      alive.subscribe("c/other", 0);
      alive.close();
      try (var pub = connect("pub")) {
        pub.publish(Message.of("c/will/end", "end", 1));
      }
      await("the end", () -> texts(sub).contains("end"));
      assertThat(texts(sub)).doesNotContain("no");
    }
  }

  @Test
  void aLastingSessionGetsWhatCameWhileItWasAway() throws Exception {
    for (var uri : uris()) {
      var way = way(uri, "lasting", true);
      try (var first = connect(way)) {
        first.subscribe("c/lasting/#", 2);
      }
      try (var pub = connect("pub")) {
        pub.publish(Message.of("c/lasting/a", "one", 1));
        pub.publish(Message.of("c/lasting/a", "two", 2));
        pub.publish(Message.of("c/lasting/b", "lost", 0));
      }
      hub.killAndRestart();
      try (var again = connect(way);
          var pub = connect("pub")) {
        pub.publish(Message.of("c/lasting/a", "three", 1));
        await("all over " + uri, () -> texts(again).contains("three"));
        assertThat(again.received())
            .containsExactly(
                Message.of("c/lasting/a", "one", 1),
                Message.of("c/lasting/a", "two", 2),
                Message.of("c/lasting/a", "three", 1));
      }
      try (var clean = connect(way(uri, "lasting", false));
          var pub = connect("pub")) {
        clean.subscribe("c/clean", 1);
        pub.publish(Message.of("c/lasting/a", "forgotten", 1));
        pub.publish(Message.of("c/clean", "new", 1));
        await("the new subscription", () -> !clean.received().isEmpty());
        assertThat(texts(clean)).containsExactly("new");
      }
    }
  }

  @Test
  void aSharedSubscriptionSplitsTheLoad() throws Exception {
    try (var one = connect("one");
        var two = connect("two");
        var pub = connect("pub")) {
      one.subscribe("$share/group/c/shared/#", 1);
      two.subscribe("$share/group/c/shared/#", 1);
      var sent = IntStream.range(0, 40).mapToObj(i -> "m" + i).toList();
      for (var text : sent) {
        pub.publish(Message.of("c/shared/x", text, 1));
      }
      await("all", () -> one.received().size() + two.received().size() >= sent.size());
      assertThat(Stream.concat(texts(one).stream(), texts(two).stream()))
          .containsExactlyInAnyOrderElementsOf(sent);
      assertThat(one.received()).isNotEmpty();
      assertThat(two.received()).isNotEmpty();
    }
  }
}
