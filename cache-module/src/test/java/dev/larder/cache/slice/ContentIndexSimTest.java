package dev.larder.cache.slice;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Seeded histories of clients, fetches, cuts, changes, crashes and bad disks over a small world:
 * the index is asked as the shell asks it, and a model beside it knows what is on disk, what was
 * asked for and what the origin sent.
 */
class ContentIndexSimTest {
  private static final int HISTORIES = 1_500;
  private static final int STEPS = 250;
  private static final int OBJECTS = 6;
  private static final int RUN = 4;
  private static final int WINDOW = 6;
  private static final List<String> DRIVES = List.of("/a", "/b");

  @ParameterizedTest
  @ValueSource(longs = {1, 1_000_003, 77_777_777})
  void promisesHoldInEveryHistory(long firstSeed) {
    for (int i = 0; i < HISTORIES; i++) {
      long seed = firstSeed + i;
      try {
        new World(seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** A stored slice: which version of the object it is of, and whether its bytes are right. */
  private record Stored(int version, boolean right) {}

  /** An object's files. */
  private static final class Files {
    final String key;
    final String drive;
    final ObjectMeta meta;
    final Map<Integer, Stored> slices = new HashMap<>();

    Files(String key, String drive, ObjectMeta meta) {
      this.key = key;
      this.drive = drive;
      this.meta = meta;
    }
  }

  private static final class Client {
    final CachedObject object;
    final int version;
    final long end;
    long position;

    Client(CachedObject object, int version, long start, long end) {
      this.object = object;
      this.version = version;
      this.position = start;
      this.end = end;
    }
  }

  private static final class World {
    final Random random;
    final long driveBytes;
    final Map<String, Files> disk = new HashMap<>();
    final Map<String, Integer> versions = new HashMap<>();
    final Map<String, Long> lengths = new HashMap<>();
    final List<Client> clients = new ArrayList<>();
    final List<Fetch> fetches = new ArrayList<>();
    final Map<Fetch, Integer> fetchVersions = new HashMap<>();
    final Set<String> claimedOnce = new HashSet<>();
    boolean disturbed;
    int ids;
    ContentIndex index = new ContentIndex();

    World(long seed) {
      random = new Random(seed);
      driveBytes = (4L + random.nextInt(20)) << 20;
      for (int i = 0; i < OBJECTS; i++) {
        versions.put("o" + i, 0);
        lengths.put("o" + i, length());
      }
      DRIVES.forEach(drive -> index.setDrive(drive, driveBytes));
    }

    private long length() {
      return (long) random.nextInt(12) * SliceMath.SLICE_BYTES
          + random.nextInt(SliceMath.SLICE_BYTES);
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(20)) {
          case 0, 1, 2 -> arrive();
          case 3, 4, 5, 6, 7, 8 -> read();
          case 9, 10, 11, 12, 13, 14, 15 -> bring();
          case 16 -> leave();
          case 17 -> cut();
          case 18 -> rarely();
          default -> widen();
        }
        check();
      }
    }

    private void rarely() {
      switch (random.nextInt(4)) {
        case 0 -> change();
        case 1 -> crash();
        case 2 -> resize();
        default -> rot();
      }
    }

    /** A client comes and asks for a span. */
    private void arrive() {
      var key = "o" + random.nextInt(OBJECTS);
      long length = lengths.getOrDefault(key, 0L);
      var meta =
          new ObjectMeta(length, Map.of("etag", "\"" + versions.get(key) + "\""), Instant.EPOCH);
      var object = index.pin(key).or(() -> create(key, meta));
      if (object.isEmpty() || length == 0) {
        object.ifPresent(index::unpin);
        return;
      }
      long have = object.get().meta().length();
      long start = (long) (random.nextDouble() * have);
      long end = start + 1 + (long) (random.nextDouble() * (have - start));
      clients.add(new Client(object.get(), version(object.get()), start, Math.min(end, have)));
    }

    private Optional<CachedObject> create(String key, ObjectMeta meta) {
      var made = index.create("id" + ids++, key, meta);
      made.ifPresent(o -> disk.put(o.id(), new Files(key, o.drive(), meta)));
      return made;
    }

    private static int version(CachedObject object) {
      return Integer.parseInt(object.meta().header("etag").replace("\"", ""));
    }

    private void read() {
      if (clients.isEmpty()) {
        return;
      }
      var client = clients.get(random.nextInt(clients.size()));
      switch (client.object.reach(client.position, client.end)) {
        case Reach.Ready(long bytes) -> serve(client, bytes);
        case Reach.Unproven(int slice) -> verify(client.object, slice);
        case Reach.Coming(var fetch) -> assertThat(fetches).contains(fetch);
        case Reach.Missing() -> claim(client);
        case Reach.Gone() -> leave(client);
      }
    }

    /** Every byte served must be one that the origin sent, of the version that was begun. */
    private void serve(Client client, long bytes) {
      assertThat(bytes).isPositive().isLessThanOrEqualTo(client.end - client.position);
      int first = SliceMath.sliceOf(client.position);
      int last = SliceMath.sliceOf(client.position + bytes - 1);
      for (int slice = first; slice <= last; slice++) {
        var stored = files(client.object).slices.get(slice);
        if (stored != null) {
          assertThat(stored).isEqualTo(new Stored(client.version, true));
        } else {
          assertThat(slice).as("partly here, so the last").isEqualTo(last);
        }
      }
      client.position += 1 + (long) (random.nextDouble() * bytes);
      if (client.position >= client.end) {
        leave(client);
      }
    }

    private Files files(CachedObject object) {
      return Objects.requireNonNull(disk.get(object.id()));
    }

    private void verify(CachedObject object, int slice) {
      if (Objects.requireNonNull(files(object).slices.get(slice)).right()) {
        index.prove(object, slice);
      } else {
        index.disprove(object, slice);
        files(object).slices.remove(slice);
      }
    }

    private void claim(Client client) {
      long to = Math.min(client.end, client.position + ((long) WINDOW << 20));
      began(client.object, index.claim(client.object, client.position, to, RUN));
    }

    private void began(CachedObject object, Claim claim) {
      claim.evicted().forEach(this::delete);
      for (var fetch : claim.fetches()) {
        assertThat(fetch.slices().cardinality()).isPositive();
        fetches.add(fetch);
        fetchVersions.put(fetch, versions.getOrDefault(object.key(), 0));
        noteClaims(fetch);
      }
    }

    /** Without cuts, crashes and evictions a slice is asked for once. */
    private void noteClaims(Fetch fetch) {
      fetch.slices().stream()
          .forEach(slice -> {
            boolean first = claimedOnce.add(fetch.object().id() + "/" + slice);
            assertThat(first || disturbed).as("slice asked for twice").isTrue();
          });
    }

    private void delete(CachedObject object) {
      assertThat(object.isGone()).isTrue();
      assertThat(clients).as("an object in use is not evicted").noneMatch(c -> c.object == object);
      disk.remove(object.id());
    }

    private Optional<Fetch> anyFetch() {
      return fetches.isEmpty()
          ? Optional.empty()
          : Optional.of(fetches.get(random.nextInt(fetches.size())));
    }

    /** Some bytes come for a fetch, over slice ends and to its end. */
    private void bring() {
      var some = anyFetch();
      if (some.isEmpty()) {
        return;
      }
      var fetch = some.get();
      var object = fetch.object();
      int sent = fetchVersions.getOrDefault(fetch, 0);
      if (object.isGone() || sent != version(object)) {
        fetches.remove(fetch);
        disturbed = true;
        index.drop(object);
        disk.remove(object.id());
        index.fail(fetch, new FetchFailure(FetchFailure.Cause.CHANGED, ""));
        return;
      }
      int slice = SliceMath.sliceOf(fetch.position());
      long end = SliceMath.endOf(slice, object.meta().length());
      boolean whole = random.nextInt(3) > 0;
      long next = whole ? end : fetch.position() + (end - fetch.position()) / 2;
      if (fetch.claims(slice)) {
        index.arrived(fetch, next);
        if (whole) {
          files(object).slices.put(slice, new Stored(sent, true));
          index.complete(fetch, slice, slice);
        }
      } else {
        index.arrived(fetch, end);
      }
      if (fetch.isDone()) {
        fetches.remove(fetch);
      }
    }

    private void leave() {
      if (!clients.isEmpty()) {
        leave(clients.get(random.nextInt(clients.size())));
      }
    }

    private void leave(Client client) {
      clients.remove(client);
      index.unpin(client.object);
    }

    private void cut() {
      anyFetch()
          .ifPresent(fetch -> {
            disturbed = true;
            fetches.remove(fetch);
            index.fail(fetch, new FetchFailure(FetchFailure.Cause.ORIGIN, "cut"));
          });
    }

    /** The origin answers a fetch with the whole object. */
    private void widen() {
      var some = anyFetch();
      if (some.isPresent() && random.nextInt(4) == 0 && !some.get().object().isGone()) {
        disturbed = true;
        var claim = index.widen(some.get());
        claim.evicted().forEach(this::delete);
      }
    }

    /** The object is another one at the origin from now on; the next answer's head tells. */
    private void change() {
      var key = "o" + random.nextInt(OBJECTS);
      versions.merge(key, 1, Integer::sum);
      lengths.put(key, length());
    }

    private void resize() {
      var drive = DRIVES.get(random.nextInt(DRIVES.size()));
      disturbed = true;
      index.setDrive(drive, driveBytes / 2).forEach(this::delete);
      index.setDrive(drive, driveBytes).forEach(this::delete);
    }

    /** A stored slice turns bad on disk; only a restart finds out. */
    private void rot() {
      var files = disk.values().stream().filter(f -> !f.slices.isEmpty()).toList();
      if (!files.isEmpty()) {
        crash();
        var victim = files.get(random.nextInt(files.size())).slices;
        victim.replaceAll((_, stored) -> new Stored(stored.version(), random.nextBoolean()));
      }
    }

    /** The process dies: what is on disk is found again, as unproven. */
    private void crash() {
      disturbed = true;
      clients.clear();
      fetches.clear();
      index = new ContentIndex();
      DRIVES.forEach(drive -> index.setDrive(drive, driveBytes));
      var found = new ArrayList<>(disk.entrySet());
      for (var entry : found) {
        var files = entry.getValue();
        var marks = new HashMap<Integer, Integer>();
        files.slices.keySet().forEach(slice -> marks.put(slice, slice));
        index
            .restore(entry.getKey(), files.key, files.drive, files.meta, marks)
            .forEach(gone -> disk.remove(gone.id()));
      }
    }

    private void check() {
      for (var drive : DRIVES) {
        long used = index.drive(drive).orElseThrow().usedBytes();
        assertThat(used).isBetween(0L, driveBytes);
      }
      var claims = new HashSet<String>();
      for (var fetch : fetches) {
        if (!fetch.object().isGone()) {
          fetch.slices().stream()
              .forEach(slice ->
                  assertThat(claims.add(fetch.object().id() + "/" + slice))
                      .as("a slice is brought by one fetch")
                      .isTrue());
        }
      }
    }
  }
}
