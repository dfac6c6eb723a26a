package dev.larder.hub;

import static dev.larder.hub.HubProcess.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that say anything at all, over real sockets; the hub goes on and loses nothing by it. */
final class FuzzIT {
  private static final long SEED = 20_261_127;
  private static final int PACKETS = 60_000;
  private static final int SOCKETS = 12;
  private static final Duration LONGEST = Duration.ofSeconds(20);

  @TempDir private Path folder;

  /** One client, from its CONNECT to its end. */
  private static final class Session implements AutoCloseable {
    private final Socket socket;
    private final int level;
    private boolean over;

    Session(int port, Random random, Fuzzer fuzzer) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      level = random.nextBoolean() ? 4 : 5;
      if (random.nextInt(20) > 0) {
        send(fuzzer.connect(level), random);
      }
    }

    /** Sends bytes in one part or two; the hub may have closed, which is its right. */
    void send(byte[] bytes, Random random) {
      try {
        int part = random.nextInt(3) > 0 ? bytes.length : random.nextInt(bytes.length + 1);
        socket.getOutputStream().write(bytes, 0, part);
        socket.getOutputStream().write(bytes, part, bytes.length - part);
        int waiting = socket.getInputStream().available();
        if (random.nextInt(4) > 0) {
          socket.getInputStream().skipNBytes(waiting);
        }
      } catch (IOException _) {
        over = true;
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void theHubServesOnAndLosesNoBufferAndNoSocket() throws Exception {
    var identity = TestIdentity.alone(folder.resolve("identity"));
    var options = List.of("-Dio.netty.leakDetection.level=paranoid", "-Xmx160m");
    try (var hub = HubProcess.start(identity, folder, MalformedIT.EVERYONE, options);
        var good = RawMqtt.connected(hub.openPort(), 4, "a-good-client-of-a-long-name")) {
      good.send("8209 0001 0004 676F6F64 01");
      assertThat(good.packet()).isEqualTo(RawMqtt.hex("9003 0001 01"));
      long before = hub.sockets();
      int packets = fuzz(hub, good);
      assertThat(packets).as("packets in time").isGreaterThan(PACKETS / 3);
      await("sockets are closed", () -> hub.sockets() <= before);
      hub.collectGarbage();
      for (int i = 0; i < 200; i++) {
        assertIsServed(good);
      }
      hub.collectGarbage();
      assertIsServed(good);
      assertThat(hub.health()).contains("\"healthy\"");
      assertThat(hub.complaints()).isEmpty();
      hub.killAndRestart();
      assertThat(hub.complaints()).isEmpty();
    }
  }

  private static int fuzz(HubProcess hub, RawMqtt good) throws IOException {
    var random = new Random(SEED);
    var fuzzer = new Fuzzer(random);
    var sessions = new ArrayList<Session>();
    long end = System.nanoTime() + LONGEST.toNanos();
    int sent = 0;
    while (sent < PACKETS && System.nanoTime() < end) {
      if (sessions.size() < SOCKETS) {
        sessions.add(new Session(hub.openPort(), random, fuzzer));
      }
      var session = sessions.get(random.nextInt(sessions.size()));
      session.send(fuzzer.packet(session.level), random);
      sent++;
      if (session.over || random.nextInt(100) == 0) {
        session.close();
        sessions.remove(session);
      }
      if (sent % 500 == 0) {
        assertIsServed(good);
      }
    }
    for (var session : sessions) {
      session.close();
    }
    return sent;
  }

  /** A message goes to the hub and comes back, and both ways are acknowledged. */
  private static void assertIsServed(RawMqtt good) throws IOException {
    good.send("320A 0004 676F6F64 0007 6869");
    var first = good.packet();
    var second = good.packet();
    assertThat(List.of(first[0], second[0])).containsExactlyInAnyOrder((byte) 0x32, (byte) 0x40);
    var message = first[0] == 0x32 ? first : second;
    assertThat(Arrays.copyOfRange(message, 10, 12)).isEqualTo(RawMqtt.hex("6869"));
    good.send(new byte[] {0x40, 2, message[8], message[9]});
  }
}
