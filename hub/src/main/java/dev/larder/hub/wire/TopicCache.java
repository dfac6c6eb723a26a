package dev.larder.hub.wire;

import static dev.larder.hub.wire.MalformedPacketException.malformed;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Topic names by their bytes, so that a topic which comes often is checked and decoded once and is
 * the same String each time. Each topic has one place, which the last that came holds; topics of
 * more than {@value #LONGEST_BYTES} bytes are not kept. For one thread, and for as many decoders on
 * it as there are.
 */
public final class TopicCache {
  static final int LONGEST_BYTES = 256;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final class Entry {
    final byte[] utf8;
    final String topic;

    Entry(byte[] utf8, String topic) {
      this.utf8 = utf8;
      this.topic = topic;
    }
  }

  private final @Nullable Entry[] entries;
  private final byte[] sought = new byte[LONGEST_BYTES];

  /**
   * @param places how many topics it may hold, 1 to 65536; rounded up to a power of two
   */
  public TopicCache(int places) {
    if (places < 1 || places > 1 << 16) {
      throw new IllegalArgumentException("places is " + places + ", give 1 to 65536");
    }
    this.entries = new Entry[Integer.highestOneBit(2 * places - 1)];
  }

  /** The topic name in these bytes of the buffer, which are there. */
  String topic(ByteBuf in, int from, int length) throws MalformedPacketException {
    if (length > LONGEST_BYTES) {
      var utf8 = new byte[length];
      in.getBytes(from, utf8);
      return decoded(utf8);
    }
    in.getBytes(from, sought, 0, length);
    int place = hash(sought, length) & (entries.length - 1);
    var entry = entries[place];
    if (entry != null && Arrays.equals(entry.utf8, 0, entry.utf8.length, sought, 0, length)) {
      return entry.topic;
    }
    var utf8 = Arrays.copyOf(sought, length);
    var topic = decoded(utf8);
    entries[place] = new Entry(utf8, topic);
    return topic;
  }

  private static String decoded(byte[] utf8) throws MalformedPacketException {
    if (!Utf8.isText(utf8, 0, utf8.length)) {
      throw malformed("topic name is not UTF-8 [MQTT-3.3.2-1]");
    }
    return checked(new String(utf8, StandardCharsets.UTF_8));
  }

  /** A topic name, which has no wildcard [MQTT-3.3.2-2]. */
  static String checked(String topic) throws MalformedPacketException {
    if (hasWildcard(topic)) {
      throw new MalformedPacketException(
          Reason.TOPIC_NAME_INVALID, "topic name has a wildcard [MQTT-3.3.2-2]");
    }
    return topic;
  }

  static boolean hasWildcard(String topic) {
    return topic.indexOf('#') >= 0 || topic.indexOf('+') >= 0;
  }

  private static int hash(byte[] bytes, int length) {
    long hash = length;
    int at = 0;
    for (; length - at >= Long.BYTES; at += Long.BYTES) {
      hash = mixed(hash ^ (long) WORD.get(bytes, at));
    }
    long rest = 0;
    for (; at < length; at++) {
      rest = (rest << 8) | (bytes[at] & 0xFF);
    }
    return (int) mixed(hash ^ rest);
  }

  private static long mixed(long hash) {
    long spread = hash * 0x9E3779B97F4A7C15L;
    return spread ^ (spread >>> 32);
  }
}
