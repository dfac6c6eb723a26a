package dev.larder.hub.session;

import dev.larder.hub.message.Kept;
import dev.larder.hub.message.Payload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A message as a value of the log's state. */
final class KeptBytes {
  private KeptBytes() {}

  static byte[] write(Kept message) {
    var bytes = new ByteArrayOutputStream(message.weight());
    try (var out = new DataOutputStream(bytes)) {
      out.writeUTF(message.sender());
      out.writeLong(message.atMillis());
      out.writeLong(message.expiryMillis());
      out.writeUTF(message.topic());
      out.writeByte(message.qos());
      write(out, message.properties());
      write(out, message.payload());
    } catch (IOException e) {
      throw new UncheckedIOException("In memory", e);
    }
    return bytes.toByteArray();
  }

  static void write(DataOutputStream out, Payload payload) throws IOException {
    out.writeInt(payload.size());
    out.write(payload.bytes());
  }

  static Kept read(byte[] bytes, Kept.Retain retain) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return new Kept(
          in.readUTF(),
          in.readLong(),
          in.readLong(),
          in.readUTF(),
          in.readByte(),
          retain,
          read(in),
          read(in));
    } catch (IOException e) {
      throw new UncheckedIOException("A value of the log's state is cut short", e);
    }
  }

  static Payload read(DataInputStream in) throws IOException {
    return Payload.of(in.readNBytes(in.readInt()));
  }
}
