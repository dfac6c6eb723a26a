package dev.larder.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;

/** A socket to the hub by which a test says what no client would, byte by byte. */
final class RawMqtt implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final String MQTT = "0004 4D515454";

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  RawMqtt(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  static RawMqtt open(int port) throws IOException {
    return new RawMqtt(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** One that has connected, without keep-alive, at level 4 or 5. */
  static RawMqtt connected(int port, int level, String clientId) throws IOException {
    var opened = open(port);
    opened.send(connect(level, clientId));
    var answer = opened.packet();
    assertThat(answer[0]).isEqualTo((byte) 0x20);
    assertThat(answer[3]).isZero();
    return opened;
  }

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
  }

  /** A CONNECT with a clean start. */
  static byte[] connect(int level, String clientId) {
    var id = HexFormat.of().formatHex(clientId.getBytes(StandardCharsets.UTF_8));
    var rest =
        "%s %02X 02 0000 %s %04X %s"
            .formatted(MQTT, level, level == 5 ? "00" : "", id.length() / 2, id);
    return hex("10%02X".formatted(hex(rest).length) + rest);
  }

  void send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  void send(String hex) throws IOException {
    send(hex(hex));
  }

  /** The next packet, whole; none where the hub closed. */
  byte[] packet() throws IOException {
    try {
      int first = in.read();
      if (first < 0) {
        return new byte[0];
      }
      int length = in.readUnsignedByte();
      assertThat(length).as("length in one byte").isLessThan(128);
      var packet = new byte[2 + length];
      packet[0] = (byte) first;
      packet[1] = (byte) length;
      in.readFully(packet, 2, length);
      return packet;
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
      return new byte[0];
    }
  }

  void assertClosed() throws IOException {
    assertThat(packet()).as("nothing more comes").isEmpty();
  }

  /** Sends one byte and waits; false when the hub has closed. */
  boolean takes(byte one, Duration pause) throws IOException {
    send(new byte[] {one});
    socket.setSoTimeout((int) pause.toMillis());
    try {
      assertThat(in.read()).as("nothing is answered").isNegative();
      return false;
    } catch (SocketTimeoutException _) {
      return true;
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
      return false;
    } finally {
      socket.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  /** The head of an HTTP answer. */
  String head() throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0 && head.length() < 2_000) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  /** All that comes until the hub closes. */
  byte[] rest() throws IOException {
    return in.readAllBytes();
  }

  boolean isOpen() throws IOException {
    send("C000");
    return packet().length > 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
