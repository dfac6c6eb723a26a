package dev.larder.hub.session;

import dev.larder.hub.message.Payload;
import dev.larder.hub.wire.Encoder;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** A connection in a simulation: what was sent waits until the client reads it. */
final class SimWire implements Wire {
  private final int level;
  final Deque<Packet> down = new ArrayDeque<>();
  boolean writable = true;
  boolean paused;
  boolean closed;

  SimWire(int level) {
    this.level = level;
  }

  @Override
  public int level() {
    return level;
  }

  @Override
  public void publish(
      byte[] topicUtf8,
      int qos,
      boolean retain,
      boolean duplicate,
      int packetId,
      byte[] properties,
      byte[] payload) {
    send(
        new Packet.Publish(
            new String(topicUtf8, StandardCharsets.UTF_8),
            qos,
            retain,
            duplicate,
            packetId,
            Payload.of(payload),
            level == 5 ? Encoder.decodeProperties(properties) : Properties.NONE));
  }

  @Override
  public void acknowledge(int type, int packetId, int code) {
    send(
        switch (type) {
          case 4 -> new Packet.PubAck(packetId, code, Properties.NONE);
          case 5 -> new Packet.PubRec(packetId, code, Properties.NONE);
          case 6 -> new Packet.PubRel(packetId, code, Properties.NONE);
          case 7 -> new Packet.PubComp(packetId, code, Properties.NONE);
          default -> throw new AssertionError("type " + type);
        });
  }

  @Override
  public void send(Packet packet) {
    if (!closed) {
      down.add(packet);
    }
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    paused = false;
  }

  @Override
  public void close() {
    closed = true;
  }
}
