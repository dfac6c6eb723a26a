package dev.larder.hub.session;

import static dev.larder.hub.session.TestClient.message;
import static dev.larder.hub.session.TestClient.retained;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.log.LogBounds;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the broker does while the log takes no more state, which is half of the log at most. */
final class NoRoomTest {
  private static final int JUNK = 11;
  private static final int JUNK_BYTES = 50_000;

  private final TestBroker hub = new TestBroker();
  private final TestClient sender = hub.connect(Hello.v5("sender"));

  private void fill() {
    for (int i = 0; i < JUNK; i++) {
      assertThat(hub.shell.log.put("junk/" + i, new byte[JUNK_BYTES])).isTrue();
    }
    hub.commit();
    hub.shell.log.configure(new LogBounds(1 << 20, LogBounds.Overflow.REFUSE, 1 << 16, 100_000));
    assertThat(hub.shell.log.put("more", new byte[1])).isFalse();
  }

  private void empty() {
    for (int i = 0; i < JUNK; i++) {
      assertThat(hub.shell.log.remove("junk/" + i)).isTrue();
    }
    hub.pass(1_000);
  }

  @Test
  void aMessageAtQos2IsSentOnceItsIdCanBeKept() {
    var client = hub.connect(Hello.v5("reader").expiry(1_000));
    client.subscribe("t", 2);
    fill();
    sender.send(message("t", 2, 1, "m"));
    sender.send(message("t", 2, 2, "n"));
    hub.commit();
    assertThat(client.isIdle()).isTrue();
    hub.pass(5_000);
    assertThat(client.isIdle()).isTrue();
    assertThat(client.session.outbound().flights().count()).isZero();
    empty();
    assertThat(client.texts()).containsExactly("m", "n");
  }

  @Test
  void aLastingSendersMessageAtQos2IsRefusedWithItsId() {
    hub.connect(Hello.v5("reader")).subscribe("t", 2);
    var lasting = hub.connect(Hello.v5("lasting").expiry(1_000));
    fill();
    lasting.send(message("t", 2, 1, "m"));
    hub.commit();
    assertThat(lasting.next(Packet.PubRec.class).code()).isEqualTo(Reason.QUOTA_EXCEEDED.code());
    empty();
    lasting.send(message("t", 2, 1, "n"));
    hub.commit();
    assertThat(lasting.next(Packet.PubRec.class).code()).isZero();
  }

  @Test
  void nothingIsSubscribedOrRetained() {
    var lasting = hub.connect(Hello.v5("lasting").expiry(1_000));
    fill();
    assertThat(lasting.subscribe(new Packet.Wish("t", 1, false, false, 0)))
        .containsExactly(Reason.QUOTA_EXCEEDED.code());
    sender.send(retained("t", 1, 1, "m"));
    hub.commit();
    assertThat(sender.next(Packet.PubAck.class).code()).isEqualTo(Reason.QUOTA_EXCEEDED.code());
    assertThat(lasting.isIdle()).isTrue();
    assertThat(hub.broker.retainedMessages()).isZero();
  }

  @Test
  void aSessionThatCouldNotBeKeptIsKeptLater() {
    fill();
    var client = hub.connect(Hello.v5("late").expiry(1_000));
    client.lose();
    empty();
    hub.pass(2_000);
    hub.restart();
    assertThat(hub.connect(Hello.v5("late").expiry(1_000)).connAck.sessionPresent()).isTrue();
    assertThat(List.copyOf(hub.broker.sessions())).hasSize(1);
  }
}
