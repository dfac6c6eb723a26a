package dev.larder.hub.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.manifest.Route;
import dev.larder.hub.Messages;
import dev.larder.hub.message.Batch;
import dev.larder.hub.message.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store on real files. */
final class StoreIT {
  private static final Route.Sink UPSTREAM = new Route.Upstream();
  private static final Limits LIMITS = new Limits(Duration.ofHours(1), 1 << 20);

  @TempDir private Path folder;
  private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private Store open(Limits limits) throws IOException {
    return Store.open(
        folder,
        limits,
        () -> now,
        () -> "epoch-" + now,
        Runnable::run,
        e -> {
          throw new AssertionError(e);
        });
  }

  private void append(Store store, String text) throws Exception {
    var kept = new CompletableFuture<Kept>();
    store.append(List.of(UPSTREAM), Messages.message(text, now), kept::complete);
    assertThat(kept.get(10, TimeUnit.SECONDS)).isEqualTo(Kept.ON_DISK);
  }

  private static Batch read(Store store, long from) throws Exception {
    var batch = new CompletableFuture<Batch>();
    store.read(UPSTREAM, from, 1_000, batch::complete);
    return batch.get(10, TimeUnit.SECONDS);
  }

  private static List<String> all(Store store) throws Exception {
    var found = new ArrayList<String>();
    var batch = read(store, 0);
    for (long next = -1; next != batch.next(); batch = read(store, next)) {
      next = batch.next();
      batch.messages().forEach(s -> found.add(Messages.text(s.message().payload())));
    }
    return found;
  }

  private static Counts counts(Store store) {
    return Objects.requireNonNull(store.counts().get(UPSTREAM));
  }

  private static List<String> texts(int from, int until) {
    return IntStream.range(from, until).mapToObj(i -> "m" + i).toList();
  }

  @Test
  void findsItAllAgain() throws Exception {
    var store = open(LIMITS);
    for (var text : texts(0, 100)) {
      append(store, text);
    }
    store.consume(UPSTREAM, 31);
    store.close();
    now = now.plusSeconds(1);
    var again = open(LIMITS);
    assertThat(again.upstreamEpoch()).isEqualTo("epoch-2026-01-01T00:00:00Z");
    assertThat(all(again)).isEqualTo(texts(30, 100));
    assertThat(read(again, 0).messages()).extracting(Stored::sequence).startsWith(31L, 32L);
    again.close();
  }

  @Test
  void cutsATornTailAndGoesOn() throws Exception {
    var store = open(LIMITS);
    append(store, "a");
    append(store, "b");
    store.close();
    var segment = folder.resolve("upstream").resolve("0000000000000000001.seg");
    Files.write(segment, new byte[] {0, 0, 0, 99, 1, 2, 3}, StandardOpenOption.APPEND);
    var again = open(LIMITS);
    append(again, "c");
    assertThat(all(again)).containsExactly("a", "b", "c");
    assertThat(read(again, 0).messages()).extracting(Stored::sequence).isSorted();
    again.close();
  }

  @Test
  void dropsAndCountsWhatIsTooOld() throws Exception {
    var store = open(LIMITS);
    append(store, "old");
    append(store, "older");
    now = now.plus(Duration.ofMinutes(61));
    append(store, "new");
    assertThat(all(store)).containsExactly("new");
    store.close();
    var again = open(LIMITS);
    assertThat(counts(again).lost().expired()).isEqualTo(2);
    assertThat(counts(again).waiting()).isEqualTo(1);
    again.close();
  }

  @Test
  void dropsTheOldestAndCountsItWhenFull() throws Exception {
    var store = open(new Limits(Duration.ZERO, 200_000));
    var large = "x".repeat(1_000);
    for (int i = 0; i < 600; i++) {
      append(store, i + large);
    }
    var kept = all(store);
    store.close();
    var again = open(new Limits(Duration.ZERO, 200_000));
    var counts = counts(again);
    assertThat(counts.bytes()).isLessThanOrEqualTo(200_000);
    assertThat(counts.lost().overQuota()).isEqualTo(600 - kept.size());
    assertThat(kept.getLast()).startsWith("599");
    again.close();
  }
}
