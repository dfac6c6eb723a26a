package dev.larder.agent.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.json.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ListenerTest {
  /** As Linux writes it: loopback, all addresses, an established connection, IPv6. */
  private static final String PROC =
      """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
         1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2
         2: 0100007F:0016 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 3
        sl  local_address                         remote_address                        st tx_queue
         0: 00000000000000000000000000000000:20FB 00000000000000000000000000000000:0000 0A 00000000:00
         1: 00000000000000000000000001000000:0277 00000000000000000000000000000000:0000 0A 00000000:00
      """;

  @Test
  void readsWhatListens() {
    assertThat(Listener.read(PROC))
        .containsExactly(
            new Listener("127.0.0.1", 5000),
            new Listener("0.0.0.0", 80),
            new Listener("0.0.0.0", 8443),
            new Listener("00000000000000000000000001000000", 631));
  }

  @Test
  void passesOverWhatIsNoSocket() {
    assertThat(Listener.read("nonsense\n 1: zz:1 2 0A\n")).isEmpty();
  }

  @Test
  void readsThePortsOfCreateOptions() throws IOException {
    var options =
        Json.mapper()
            .readTree(
                """
                {"HostConfig": {"PortBindings": {
                  "8080/tcp": [{"HostPort": "80"}],
                  "5000/tcp": [{"HostIp": "127.0.0.1", "HostPort": "5000"}],
                  "53/udp": [{"HostPort": "53"}],
                  "9/tcp": [{"HostPort": "900-910"}, {"HostPort": ""}]}}}
                """);
    assertThat(PublishedPort.of("cache", options))
        .containsExactly(
            new PublishedPort("cache", "", 80), new PublishedPort("cache", "127.0.0.1", 5000));
  }
}
