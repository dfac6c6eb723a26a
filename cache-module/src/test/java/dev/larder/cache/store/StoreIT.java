package dev.larder.cache.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.cache.slice.FetchFailure;
import dev.larder.cache.slice.ObjectMeta;
import dev.larder.cache.slice.Purge;
import dev.larder.cache.slice.Reach;
import dev.larder.cache.store.ContentStore.Keep;
import dev.larder.common.settings.CacheDesired.Drive;
import dev.larder.common.settings.CacheReported.DriveReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store on real drives, some of them small file systems that are full, closed or gone. */
@Timeout(180)
class StoreIT {
  private static final int MIB = 1 << 20;
  private static final long DRIVE = 64L * MIB;

  @TempDir Path folder;
  private final List<Path> mounted = new ArrayList<>();
  private final List<ContentStore> stores = new ArrayList<>();
  private ContentStore store;

  @BeforeEach
  void start() throws IOException {
    store = open();
  }

  @AfterEach
  void stop() throws Exception {
    stores.forEach(ContentStore::close);
    for (var mount : mounted) {
      new ProcessBuilder("umount", "--lazy", mount.toString()).start().waitFor();
    }
  }

  private ContentStore open() {
    var opened = new ContentStore(folder, Duration.ZERO);
    stores.add(opened);
    return opened;
  }

  private Drive drive(String name, long bytes) throws IOException {
    var path = Files.createDirectories(folder.resolve(name)).toString();
    return new Drive(path, path, bytes);
  }

  /** A drive on a file system of its own, of so many MiB; the tests run as root. */
  private Drive mounted(String name, int mib) throws Exception {
    var drive = drive(name, DRIVE);
    run("mount", "-t", "tmpfs", "-o", "size=" + mib + "m", "tmpfs", drive.path());
    mounted.add(Path.of(drive.path()));
    return drive;
  }

  private static void run(String... command) throws Exception {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), said).isZero();
  }

  private static byte[] content(int bytes, long seed) {
    var content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return content;
  }

  private static ObjectMeta meta(long length) {
    return new ObjectMeta(length, Map.of("etag", "\"1\""), Instant.now());
  }

  /** Keeps an object as a fetch does; false when the store did not take all of it. */
  private boolean put(String key, byte[] content) {
    var created = store.create(key, meta(content.length));
    if (created.isEmpty()) {
      return false;
    }
    try (var reader = created.get()) {
      for (var fetch : reader.claim(0, content.length, Integer.MAX_VALUE).fetches()) {
        var writer = reader.writer(fetch);
        try {
          writer.write(ByteBuffer.wrap(content));
        } catch (IOException e) {
          writer.trouble(e);
          writer.fail(new FetchFailure(FetchFailure.Cause.STORE, "test"));
          return false;
        }
      }
      return reader.holds(0, content.length);
    }
  }

  /** All of an object, proven; empty when not all is here. */
  private Optional<byte[]> get(String key) throws IOException {
    var found = store.open(key);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (var reader = found.get()) {
      int length = (int) reader.length();
      var bytes = ByteBuffer.allocate(length);
      while (bytes.hasRemaining()) {
        switch (reader.reach(bytes.position(), length)) {
          case Reach.Ready(long ready) -> {
            int to = bytes.position() + (int) ready;
            reader.read(bytes.slice(bytes.position(), (int) ready), bytes.position());
            bytes.position(to);
          }
          case Reach.Unproven(int slice) -> reader.verify(slice);
          case Reach.Coming _, Reach.Missing _, Reach.Gone _ -> {
            return Optional.empty();
          }
        }
      }
      return Optional.of(bytes.array());
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  private DriveReport report(int drive) {
    return store.report().get(drive);
  }

  private long filesOn(Drive drive) {
    try (var files = Files.walk(Path.of(drive.path(), "objects"))) {
      return files.filter(Files::isRegularFile).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aFullDiskStopsCachingUntilThereIsRoomAgain() throws Exception {
    var drive = mounted("small", 8);
    store.configure(List.of(drive));
    var kept = content(3 * MIB, 1);
    assertThat(put("g/kept", kept)).isTrue();

    assertThat(put("g/large", content(20 * MIB, 2))).isFalse();
    assertThat(report(0).problem()).contains("No space left");
    assertThat(store.create("g/more", meta(1))).isEmpty();
    assertThat(get("g/kept")).contains(kept);

    run("mount", "-o", "remount,size=64m", drive.path());
    store.recheck();
    assertThat(report(0).problem()).isEmpty();
    assertThat(put("g/more", content(20 * MIB, 3))).isTrue();
    stores.remove(store);
    store.close();
    store = open();
    store.configure(List.of(drive));
    assertThat(get("g/more")).contains(content(20 * MIB, 3));
    assertThat(get("g/kept")).contains(kept);
  }

  @Test
  void aReadOnlyDiskIsReadAndNotWritten() throws Exception {
    var drive = mounted("closing", 32);
    store.configure(List.of(drive));
    var kept = content(3 * MIB, 4);
    assertThat(put("g/kept", kept)).isTrue();
    store.close();
    stores.remove(store);
    run("mount", "-o", "remount,ro", drive.path());
    store = open();
    store.configure(List.of(drive));

    assertThat(report(0).problem()).contains("Read-only");
    assertThat(put("g/new", content(MIB, 5))).isFalse();
    assertThat(get("g/kept")).contains(kept);

    run("mount", "-o", "remount,rw", drive.path());
    store.recheck();
    assertThat(report(0).problem()).isEmpty();
    assertThat(put("g/new", content(MIB, 5))).isTrue();
  }

  @Test
  void aDriveThatVanishesIsLeftOutAndTakenBack() throws Exception {
    var steady = drive("steady", DRIVE);
    var vanishing = drive("vanishing", 2 * DRIVE);
    store.configure(List.of(vanishing, steady));
    var away = content(2 * MIB, 6);
    assertThat(put("g/away", away)).isTrue();
    var aside = folder.resolve("aside");
    Files.move(Path.of(vanishing.path()), aside);

    assertThat(put("g/fails", content(MIB, 7))).isFalse();
    assertThat(report(0).problem()).isNotEmpty();
    assertThat(report(1).problem()).isEmpty();
    assertThat(get("g/away")).isEmpty();
    assertThat(put("g/here", content(MIB, 9))).isTrue();
    assertThat(get("g/here")).contains(content(MIB, 9));

    store.recheck();
    assertThat(report(0).problem()).contains("does not exist");
    Files.move(aside, Path.of(vanishing.path()));
    store.recheck();
    assertThat(report(0).problem()).isEmpty();
    assertThat(get("g/away")).contains(away);
  }

  @Test
  void aDriveWithReadErrorsIsLeftOutAndItsContentFetchedAgain() throws Exception {
    var failing = drive("failing", DRIVE);
    store.configure(List.of(failing));
    for (int i = 0; i < 4; i++) {
      assertThat(put("g/bad" + i, content(MIB, i))).isTrue();
    }
    stores.remove(store);
    store.close();
    // The first bytes of a process's memory: the kernel answers a read with a real I/O error.
    try (var files = Files.walk(Path.of(failing.path()))) {
      for (var data : files.filter(f -> f.toString().endsWith(".data")).toList()) {
        Files.delete(data);
        Files.createSymbolicLink(data, Path.of("/proc/self/mem"));
      }
    }
    store = open();
    var steady = drive("steady", DRIVE);
    store.configure(List.of(failing, steady));
    for (int i = 0; i < 3; i++) {
      int each = i;
      assertThatThrownBy(() -> get("g/bad" + each)).isInstanceOf(IOException.class);
    }

    assertThat(report(0).problem()).contains("Input/output error");
    assertThat(get("g/bad3")).isEmpty();
    assertThat(put("g/bad3", content(MIB, 3))).isTrue();
    assertThat(get("g/bad3")).contains(content(MIB, 3));
    store.recheck();
    assertThat(report(0).problem()).isEmpty();
  }

  @Test
  void objectsGoWhereThereIsMostRoomAndSizesHold() throws Exception {
    store.configure(List.of(drive("a", 16L * MIB), drive("b", 32L * MIB)));
    for (int i = 0; i < 40; i++) {
      assertThat(put("g/o" + i, content(2 * MIB, i))).isTrue();
      assertThat(report(0).usedBytes()).isLessThanOrEqualTo(16L * MIB);
      assertThat(report(1).usedBytes()).isLessThanOrEqualTo(32L * MIB);
      if (i == 11) {
        long freeA = 16L * MIB - report(0).usedBytes();
        long freeB = 32L * MIB - report(1).usedBytes();
        assertThat(Math.abs(freeA - freeB)).isLessThanOrEqualTo(3L * MIB);
      }
    }
    assertThat(store.evictions()).isPositive();
  }

  @Test
  void aPurgeHoldsAtOnceAndOverAKill() throws Exception {
    var drive = drive("a", DRIVE);
    store.configure(List.of(drive));
    for (int i = 0; i < 6; i++) {
      assertThat(put("g/o" + i, content(10_000, i))).isTrue();
      assertThat(put("h/o" + i, content(10_000, i))).isTrue();
    }
    stores.remove(store);
    store.close();
    store = open();
    store.configure(List.of(drive));
    store.purge(new Purge.Group("g"));
    // Another process on the same folders, as after a kill: the first is not closed.
    store = open();
    store.configure(List.of(drive));
    assertThat(get("g/o1")).isEmpty();
    assertThat(get("h/o1")).contains(content(10_000, 1));
    await(() -> store.objects() == 6);
    await(() -> filesOn(drive) == 12);

    assertThat(put("g/o1", content(9_000, 7))).isTrue();
    store.purge(new Purge.Prefix("h/o"));
    assertThat(get("h/o2")).isEmpty();
    assertThat(get("g/o1")).contains(content(9_000, 7));
    assertThat(store.purge(new Purge.Key("g/o1")).objects()).isEqualTo(1);
    assertThat(get("g/o1")).isEmpty();
    await(() -> store.objects() == 0);
    assertThat(put("g/last", content(9_000, 8))).isTrue();
    assertThat(store.purge(new Purge.All()).objects()).isEqualTo(1);
    assertThat(get("g/last")).isEmpty();
    await(() -> filesOn(drive) == 0);
    assertThat(put("g/last", content(9_000, 9))).isTrue();
    assertThat(get("g/last")).contains(content(9_000, 9));
  }

  @Test
  void aPinnedObjectStaysAndAtMostHalfOfADriveIsPinned() throws Exception {
    var drive = drive("a", 16L * MIB);
    store.configure(List.of(drive));
    var pinned = content(5 * MIB, 1);
    assertThat(put("g/pinned", pinned)).isTrue();
    assertThat(store.keep("g/pinned", true)).isEqualTo(Keep.DONE);
    assertThat(put("g/second", content(5 * MIB, 2))).isTrue();
    assertThat(store.keep("g/second", true)).isEqualTo(Keep.TOO_MUCH);
    assertThat(store.keep("g/none", true)).isEqualTo(Keep.UNKNOWN);
    for (int i = 0; i < 30; i++) {
      put("g/flood" + i, content(3 * MIB, i));
      if (i == 10) {
        stores.remove(store);
        store.close();
        store = open();
        store.configure(List.of(drive));
      }
    }
    assertThat(get("g/pinned")).contains(pinned);
    assertThat(get("g/second")).isEmpty();
    assertThat(store.keep("g/pinned", false)).isEqualTo(Keep.DONE);
    assertThat(put("g/second", content(5 * MIB, 2))).isTrue();
    assertThat(store.keep("g/second", true)).isEqualTo(Keep.DONE);
    assertThat(store.keep("g/second", false)).isEqualTo(Keep.DONE);
    for (int i = 0; i < 30; i++) {
      put("g/again" + i, content(3 * MIB, i));
    }
    assertThat(get("g/second")).isEmpty();
  }

  /** A power loss leaves any part of the journal; the folder tells the rest. */
  @Test
  void aJournalCutAtAnyByteLosesNothing() throws Exception {
    var drive = drive("a", DRIVE);
    store.configure(List.of(drive));
    for (int i = 0; i < 8; i++) {
      assertThat(put("g/o" + i % 5, content(2_000 + i, i))).isTrue();
    }
    stores.remove(store);
    store.close();
    var journal = Path.of(drive.path(), IndexJournal.FILE);
    var whole = Files.readAllBytes(journal);
    for (int length = 0; length <= whole.length; length++) {
      Files.write(journal, Arrays.copyOf(whole, length));
      store = open();
      store.configure(List.of(drive));
      await(() -> store.objects() == 5);
      for (int i = 3; i < 8; i++) {
        int each = i;
        await(() -> isKept("g/o" + each % 5, content(2_000 + each, each)));
      }
      stores.remove(store);
      store.close();
      assertThat(filesOn(drive)).as("cut at %d", length).isEqualTo(10);
    }
  }

  private boolean isKept(String key, byte[] content) {
    try {
      return get(key).filter(bytes -> Arrays.equals(bytes, content)).isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatTheIndexDoesNotKnowIsAdoptedOrDeletedAndWhatHasNoFilesDropped() throws Exception {
    var drive = drive("a", DRIVE);
    store.configure(List.of(drive));
    for (int i = 0; i < 4; i++) {
      assertThat(put("g/o" + i, content(50_000, i))).isTrue();
    }
    stores.remove(store);
    store.close();
    var shelf = Files.createDirectories(Path.of(drive.path(), "objects", "00"));
    Files.write(shelf.resolve("0000000000000100.data"), new byte[10]);
    Files.write(shelf.resolve("0000000000000200.meta"), new byte[10]);
    Files.write(shelf.resolve("rubbish"), new byte[10]);
    try (var files = Files.walk(Path.of(drive.path()))) {
      Files.delete(
          files
              .filter(f -> f.toString().endsWith(".meta") && !f.startsWith(shelf))
              .findFirst()
              .orElseThrow());
    }
    store = open();
    store.configure(List.of(drive));

    await(() -> store.objects() == 3 && filesOn(drive) == 6);
  }
}
