package dev.larder.hub.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.Route;
import dev.larder.hub.Messages;
import dev.larder.hub.message.Batch;
import dev.larder.hub.message.Payload;
import dev.larder.hub.message.Stored;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SessionTest {
  private static final String NODE = "11111111-2222-3333-4444-555555555555";
  private static final String OWN = "devices/" + NODE + "/modules/press";
  private static final Route.Input INPUT = new Route.Input(ModuleId.of("press"), "in");
  private static final Payload EMPTY = Payload.of(new byte[0]);

  private final Session mqtt3 = session(false);
  private final Session mqtt5 = session(true);

  private static Session session(boolean mqtt5) {
    return new Session(CacheNodeId.of(NODE), Messages.PRESS, mqtt5, 2);
  }

  private static Input.Publish publish(String topic, int qos, int packetId) {
    return new Input.Publish(topic, qos, packetId, false, EMPTY, Instant.EPOCH);
  }

  private static List<Output> closed(Reason reason) {
    return List.of(new Output.Close(reason));
  }

  @Test
  void acknowledgesOnlyWhatIsOnDiskAndInOrder() {
    mqtt3.on(publish(OWN + "/messages/events/", 1, 11));
    mqtt3.on(publish(OWN + "/messages/events/", 0, 0));
    mqtt3.on(publish(OWN + "/messages/events/", 1, 12));
    assertThat(mqtt3.on(new Input.Kept(3, Reason.SUCCESS))).isEmpty();
    assertThat(mqtt3.on(new Input.Kept(1, Reason.SUCCESS)))
        .containsExactly(new Output.PubAck(11, Reason.SUCCESS));
    assertThat(mqtt3.on(new Input.Kept(2, Reason.SUCCESS)))
        .containsExactly(new Output.PubAck(12, Reason.SUCCESS));
  }

  @Test
  void refusesWhatTheDiskRefused() {
    mqtt3.on(publish(OWN + "/messages/events/", 1, 1));
    assertThat(mqtt3.on(new Input.Kept(1, Reason.QUOTA_EXCEEDED)))
        .isEqualTo(closed(Reason.QUOTA_EXCEEDED));
    mqtt5.on(publish(OWN + "/messages/events/", 1, 1));
    assertThat(mqtt5.on(new Input.Kept(1, Reason.QUOTA_EXCEEDED)))
        .containsExactly(new Output.PubAck(1, Reason.QUOTA_EXCEEDED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "devices/" + NODE + "/modules/cache/messages/events/",
        "devices/99999999-2222-3333-4444-555555555555/modules/press/messages/events/",
        "devices/" + NODE + "/messages/events/",
        "$iothub/methods/POST/x/?$rid=1",
        "$SYS/x",
        "free/topic"
      })
  void aModuleCanOnlyBeItself(String topic) {
    assertThat(mqtt3.on(publish(topic, 0, 0))).isEqualTo(closed(Reason.NOT_AUTHORIZED));
    assertThat(mqtt3.on(publish(topic, 1, 1))).isEqualTo(closed(Reason.NOT_AUTHORIZED));
    assertThat(mqtt5.on(publish(topic, 1, 1)))
        .containsExactly(new Output.PubAck(1, Reason.NOT_AUTHORIZED));
    assertThat(mqtt5.on(publish(topic, 0, 0))).isEqualTo(closed(Reason.NOT_AUTHORIZED));
  }

  @Test
  void refusesWhatItDoesNotOffer() {
    assertThat(mqtt5.on(publish(OWN + "/messages/events/", 2, 1)))
        .isEqualTo(closed(Reason.QOS_NOT_SUPPORTED));
    assertThat(mqtt3.on(publish("", 0, 0))).isEqualTo(closed(Reason.TOPIC_NAME_INVALID));
    assertThat(mqtt3.on(publish("a/#", 0, 0))).isEqualTo(closed(Reason.TOPIC_NAME_INVALID));
    var retained = new Input.Publish(OWN + "/messages/events/", 0, 0, true, EMPTY, Instant.EPOCH);
    assertThat(mqtt5.on(retained)).isEqualTo(closed(Reason.RETAIN_NOT_SUPPORTED));
  }

  @Test
  void grantsOnlyItsOwnTopics() {
    var wishes =
        List.of(
            new Input.Wish(OWN + "/#", 2),
            new Input.Wish("$iothub/twin/res/#", 0),
            new Input.Wish("devices/" + NODE + "/modules/cache/#", 1),
            new Input.Wish("#", 1),
            new Input.Wish("devices/+/modules/press/#", 1),
            new Input.Wish("a#b", 1));
    assertThat(mqtt5.on(new Input.Subscribe(5, wishes)))
        .contains(new Output.SubAck(5, List.of(1, 0, 0x87, 0x87, 0x87, 0x8F)));
    assertThat(mqtt3.on(new Input.Subscribe(5, wishes)))
        .contains(new Output.SubAck(5, List.of(1, 0, 0x80, 0x80, 0x80, 0x80)));
  }

  @Test
  void tellsOnlyWhatIsSubscribedTo() {
    var answer = new Input.Tell("$iothub/twin/res/200/?$rid=1", EMPTY);
    assertThat(mqtt3.on(answer)).isEmpty();
    mqtt3.on(new Input.Subscribe(1, List.of(new Input.Wish("$iothub/twin/res/#", 1))));
    assertThat(mqtt3.on(answer))
        .containsExactly(new Output.Send("$iothub/twin/res/200/?$rid=1", EMPTY, 0, 0));
    mqtt3.on(new Input.Unsubscribe(2, List.of("$iothub/twin/res/#")));
    assertThat(mqtt3.on(answer)).isEmpty();
  }

  @Test
  void deliversNoMoreThanTheModuleTakes() {
    mqtt3.on(new Input.Subscribe(1, List.of(new Input.Wish(OWN + "/inputs/#", 1))));
    var read = (Output.Read) mqtt3.on(new Input.Wake(INPUT)).getFirst();
    assertThat(read.read().count()).isEqualTo(2);
    var batch =
        new Batch(
            List.of(new Stored(1, Messages.message("a")), new Stored(2, Messages.message("b"))), 3);
    var sent = mqtt3.on(new Input.Loaded(INPUT, read.read(), batch));
    assertThat(sent)
        .filteredOn(o -> o instanceof Output.Send)
        .extracting(o -> ((Output.Send) o).packetId())
        .containsExactly(1, 2);
    assertThat(mqtt3.on(new Input.Acknowledged(2))).isEmpty();
    assertThat(mqtt3.on(new Input.Acknowledged(1)).getFirst())
        .isEqualTo(new Output.Consume(INPUT, 3));
    assertThat(mqtt3.on(new Input.Acknowledged(1))).isEmpty();
  }

  @Test
  void boundsWhatIsNotAnswered() {
    for (int i = 1; i <= 4_096; i++) {
      assertThat(mqtt3.on(publish(OWN + "/messages/events/", 1, i)))
          .hasOnlyElementsOfType(Output.Persist.class);
    }
    assertThat(mqtt3.on(publish(OWN + "/messages/events/", 0, 0)))
        .containsExactly(new Output.Dropped(Reason.QUOTA_EXCEEDED));
    assertThat(mqtt3.on(publish(OWN + "/messages/events/", 1, 9_000)))
        .isEqualTo(closed(Reason.RECEIVE_MAXIMUM_EXCEEDED));
  }
}
