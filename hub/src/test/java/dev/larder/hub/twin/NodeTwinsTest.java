package dev.larder.hub.twin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.twin.Twins;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NodeTwinsTest {
  private final NodeTwins twins = new NodeTwins(Map.of());

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) Json.mapper().readTree(text.replace('\'', '"'));
    } catch (java.io.IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** By their text: a number that was read and one that was set may differ in type. */
  private static void assertSame(ObjectNode actual, ObjectNode expected) {
    assertThat(Json.canonical(actual)).hasToString(Json.canonical(expected).toString());
  }

  @Test
  void turnsAWholeDocumentIntoAPatch() {
    twins.desired("cache", 1, Optional.of(json("{'a':1,'b':{'c':2,'d':3}}")));
    var change = twins.desired("cache", 2, Optional.of(json("{'a':1,'b':{'c':4}}"))).orElseThrow();
    assertSame(change.patch(), json("{'b':{'c':4,'d':null},'$version':2}"));
    assertSame(
        change.twin().document(),
        json("{'desired':{'a':1,'b':{'c':4},'$version':2},'reported':{'$version':0}}"));
  }

  @Test
  void theSameDocumentAgainIsNoChange() {
    twins.desired("cache", 1, Optional.of(json("{'a':1}")));
    assertThat(twins.desired("cache", 1, Optional.of(json("{'a':1}")))).isEmpty();
  }

  @Test
  void aLostTwinIsEmptied() {
    twins.desired("cache", 1, Optional.of(json("{'a':1}")));
    var change = twins.desired("cache", 2, Optional.empty()).orElseThrow();
    assertSame(change.patch(), json("{'a':null,'$version':2}"));
  }

  @Test
  void countsReportedVersionsUpAndNullRemoves() {
    twins.patch("cache", json("{'a':1,'b':2}"));
    var patched = (NodeTwins.Patched.Merged) twins.patch("cache", json("{'a':null}"));
    assertThat(patched.twin().reportedVersion()).isEqualTo(2);
    assertSame(patched.twin().report(), json("{'version':2,'reported':{'b':2}}"));
  }

  @Test
  void goesOnCountingAfterARestart() {
    var merged = (NodeTwins.Patched.Merged) twins.patch("cache", json("{'a':1}"));
    var restarted = new NodeTwins(Map.of("cache", merged.twin()));
    var patched = (NodeTwins.Patched.Merged) restarted.patch("cache", json("{'a':2}"));
    assertThat(patched.twin().reportedVersion()).isEqualTo(2);
  }

  @Test
  void refusesWhatGrowsTooLarge() {
    var large = Json.object().put("a", "x".repeat(Twins.SIZE_LIMIT_BYTES));
    assertThat(twins.patch("cache", large)).isInstanceOf(NodeTwins.Patched.Refused.class);
    assertThat(twins.twin("cache").reportedVersion()).isZero();
  }
}
