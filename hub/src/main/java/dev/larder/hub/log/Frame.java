package dev.larder.hub.log;

import dev.larder.common.id.ModuleId;
import dev.larder.hub.message.Message;
import dev.larder.hub.message.Payload;
import dev.larder.hub.message.Stored;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.zip.CRC32C;

/** A message as bytes in a segment; the package's documentation has the form. */
public final class Frame {
  /** Length and checksum. */
  public static final int PREFIX_BYTES = 8;

  /** No frame is shorter: prefix, sequence, time, a sender of one letter, no properties. */
  public static final int LEAST_BYTES = PREFIX_BYTES + 8 + 8 + 3 + 2;

  /** No frame is longer; a length beyond this is damage. */
  public static final int MOST_BYTES = 1 << 20;

  /** What a frame says of itself before its message is read. */
  public record Head(int length, long sequence, long atMillis) {
    /** From the frame's first byte to its last. */
    public int bytes() {
      return PREFIX_BYTES + length;
    }
  }

  private Frame() {}

  public static ByteBuffer encode(long sequence, Message message) {
    var bytes = new ByteArrayOutputStream(PREFIX_BYTES + 64 + message.payload().size());
    try (var out = new DataOutputStream(bytes)) {
      out.writeLong(0);
      out.writeLong(sequence);
      out.writeLong(message.at().toEpochMilli());
      out.writeUTF(message.sender().value());
      out.writeShort(message.properties().size());
      for (var property : message.properties().entrySet()) {
        out.writeUTF(property.getKey());
        out.writeUTF(property.getValue());
      }
      out.write(message.payload().bytes());
    } catch (IOException e) {
      throw new UncheckedIOException("A message that no frame can hold", e);
    }
    var frame = ByteBuffer.wrap(bytes.toByteArray());
    int length = frame.capacity() - PREFIX_BYTES;
    frame.putInt(0, length);
    frame.putInt(4, checksum(frame, 0, length));
    return frame;
  }

  /**
   * Reads the head of the frame at an offset; empty when the bytes there, up to the buffer's limit,
   * are not a whole frame with a right checksum.
   */
  public static Optional<Head> head(ByteBuffer buffer, int offset) {
    if (buffer.limit() - offset < LEAST_BYTES) {
      return Optional.empty();
    }
    int length = buffer.getInt(offset);
    if (length < LEAST_BYTES - PREFIX_BYTES
        || length > MOST_BYTES - PREFIX_BYTES
        || length > buffer.limit() - offset - PREFIX_BYTES
        || buffer.getInt(offset + 4) != checksum(buffer, offset, length)) {
      return Optional.empty();
    }
    return Optional.of(
        new Head(
            length,
            buffer.getLong(offset + PREFIX_BYTES),
            buffer.getLong(offset + PREFIX_BYTES + 8)));
  }

  /** Reads the message of a frame whose head was read at that offset. */
  public static Stored message(ByteBuffer buffer, int offset, Head head) {
    var body = new byte[head.length() - 16];
    buffer.get(offset + PREFIX_BYTES + 16, body);
    try (var in = new DataInputStream(new ByteArrayInputStream(body))) {
      var sender = ModuleId.of(in.readUTF());
      int count = in.readUnsignedShort();
      var properties = new LinkedHashMap<String, String>();
      for (int i = 0; i < count; i++) {
        properties.put(in.readUTF(), in.readUTF());
      }
      var payload = Payload.of(in.readAllBytes());
      return new Stored(
          head.sequence(),
          new Message(sender, Instant.ofEpochMilli(head.atMillis()), properties, payload));
    } catch (IOException e) {
      throw new UncheckedIOException("A frame with a right checksum and a wrong body", e);
    }
  }

  private static int checksum(ByteBuffer buffer, int offset, int length) {
    var crc = new CRC32C();
    crc.update(buffer.slice(offset, 4));
    crc.update(buffer.slice(offset + PREFIX_BYTES, length));
    return (int) crc.getValue();
  }
}
