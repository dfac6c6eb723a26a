package dev.larder.hub.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TopicCacheTest {
  private final TopicCache cache = new TopicCache(256);

  @Test
  void theSameTopicIsTheSameString() throws MalformedPacketException {
    var first = topic(cache, "devices/d/messages/événements/");
    assertThat(first).isEqualTo("devices/d/messages/événements/");
    assertThat(topic(cache, "devices/d/messages/événements/")).isSameAs(first);
    assertThat(topic(cache, "devices/d/messages/événements")).isNotEqualTo(first);
  }

  @Test
  void topicsOfOnePlaceReplaceEachOther() throws MalformedPacketException {
    var one = new TopicCache(1);
    for (int i = 0; i < 1_000; i++) {
      assertThat(topic(one, "t/" + i % 7)).isEqualTo("t/" + i % 7);
    }
  }

  @Test
  void manyTopicsSpreadOverItsPlaces() throws MalformedPacketException {
    var names = IntStream.range(0, 64).mapToObj(i -> "devices/device-" + i + "/events/").toList();
    var first = new ArrayList<String>();
    for (var name : names) {
      first.add(topic(cache, name));
    }
    var kept = Collections.newSetFromMap(new IdentityHashMap<String, Boolean>());
    kept.addAll(first);
    int found = 0;
    for (var name : names) {
      found += kept.contains(topic(cache, name)) ? 1 : 0;
    }
    assertThat(found).isGreaterThan(45);
  }

  @Test
  void aLongTopicIsReadButNotKept() throws MalformedPacketException {
    var kept = "x".repeat(TopicCache.LONGEST_BYTES);
    assertThat(topic(cache, kept)).isSameAs(topic(cache, kept));
    var longer = kept + "x";
    assertThat(topic(cache, longer)).isEqualTo(longer).isNotSameAs(topic(cache, longer));
  }

  @Test
  void aWildcardIsRefusedEachTime() {
    for (var topic : new String[] {"a/#", "a/#", "+", "x".repeat(300) + "+"}) {
      assertThatThrownBy(() -> topic(cache, topic))
          .isInstanceOfSatisfying(
              MalformedPacketException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.TOPIC_NAME_INVALID));
    }
  }

  @Test
  void hasAPlaceAtLeast() {
    assertThatThrownBy(() -> new TopicCache(0)).hasMessageContaining("places");
    assertThatThrownBy(() -> new TopicCache(65_537)).hasMessageContaining("places");
  }

  private static String topic(TopicCache cache, String topic) throws MalformedPacketException {
    var utf8 = topic.getBytes(StandardCharsets.UTF_8);
    return cache.topic(Unpooled.wrappedBuffer(new byte[] {1}, utf8), 1, utf8.length);
  }
}
