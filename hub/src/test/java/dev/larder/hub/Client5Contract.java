package dev.larder.hub;

import static dev.larder.hub.HubProcess.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.RealClient.Message;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a client of MQTT 5 finds beside what all find. */
abstract class Client5Contract extends ClientContract {
  @Test
  void propertiesAndExpiryOfMqtt5() throws Exception {
    var way = way(uris().getFirst(), "patient", true);
    try (var first = connect(way)) {
      first.subscribe("c/five", 1);
    }
    var user = Map.of("a", "1", "name é", "x=y&z");
    try (var pub = connect("pub")) {
      pub.publish(new Message("c/five", "brief", 1, false, user, 1));
      pub.publish(new Message("c/five", "long", 1, false, user, 1_000));
    }
    long sent = System.nanoTime();
    await("the first expires", () -> System.nanoTime() - sent > 2_000_000_000L);
    try (var again = connect(way)) {
      await("the other", () -> !again.received().isEmpty());
      assertThat(texts(again)).containsExactly("long");
      var message = again.received().getFirst();
      assertThat(message.user()).isEqualTo(user);
      assertThat(message.expirySeconds()).isBetween(900L, 998L);
    }
  }
}
