package dev.larder.cache.slice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
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
 * Seeded histories of clients, fetches, cuts, changes, kills, power losses and bad disks over a
 * small world: the index is asked as the shell asks it, and a model beside it knows what is on disk
 * (files and journals), what was asked for and what the origin sent.
 */
class ContentIndexSimTest {
  private static final int HISTORIES = 1_500;
  private static final int STEPS = 250;
  private static final int OBJECTS = 6;
  private static final int RUN = 4;
  private static final int WINDOW = 6;
  private static final long FEW_AWAKE_BYTES = 5_000;
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
  private record OnDisk(int version, boolean right) {}

  /** An object's files. */
  private static final class Files {
    final String key;
    final String drive;
    final ObjectMeta meta;
    final Map<Integer, OnDisk> slices = new HashMap<>();

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
    final Map<Long, Files> disk = new HashMap<>();
    final Map<String, Integer> versions = new HashMap<>();
    final Map<String, Long> lengths = new HashMap<>();
    final List<Client> clients = new ArrayList<>();
    final List<Fetch> fetches = new ArrayList<>();
    final Map<Fetch, Integer> fetchVersions = new HashMap<>();
    final Set<String> claimedOnce = new HashSet<>();
    final Set<Long> purged = new HashSet<>();
    boolean disturbed;
    final Map<String, ByteArrayOutputStream> journals = new HashMap<>();
    long ids = 1;
    KeptObjects kept = new KeptObjects(new Awake(FEW_AWAKE_BYTES));
    ContentIndex index = new ContentIndex(kept);

    World(long seed) {
      random = new Random(seed);
      driveBytes = (4L + random.nextInt(20)) << 20;
      for (int i = 0; i < OBJECTS; i++) {
        versions.put("o" + i, 0);
        lengths.put("o" + i, length());
      }
      for (var drive : DRIVES) {
        journals.put(drive, new ByteArrayOutputStream());
        kept.addDrive(drive, new DriveSpace(driveBytes));
      }
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
        flush();
        check();
      }
    }

    private void rarely() {
      switch (random.nextInt(7)) {
        case 0 -> change();
        case 1 -> kill();
        case 2 -> losePower();
        case 3 -> resize();
        case 4 -> compact();
        case 5 -> purge();
        default -> rot();
      }
    }

    /** A client comes and asks for a span. */
    private void arrive() {
      var key = "o" + random.nextInt(OBJECTS);
      long length = lengths.getOrDefault(key, 0L);
      var meta =
          new ObjectMeta(length, Map.of("etag", "\"" + versions.get(key) + "\""), Instant.EPOCH);
      var object = kept.pin(key).or(() -> wake(key)).or(() -> create(key, meta));
      if (object.isEmpty() || length == 0) {
        object.ifPresent(kept::unpin);
        return;
      }
      long have = object.get().meta().length();
      long start = (long) (random.nextDouble() * have);
      long end = start + 1 + (long) (random.nextDouble() * (have - start));
      clients.add(new Client(object.get(), version(object.get()), start, Math.min(end, have)));
    }

    private Optional<CachedObject> create(String key, ObjectMeta meta) {
      var made = kept.create(ids++, key, meta, _ -> true);
      made.evicted().forEach(this::delete);
      made.object().ifPresent(o -> disk.put(o.id(), new Files(key, o.drive(), meta)));
      return made.object();
    }

    /** Reads the metadata file of an object that sleeps. */
    private Optional<CachedObject> wake(String key) {
      var asleep = kept.asleep(KeyHash.of(key));
      if (asleep.isEmpty()) {
        return Optional.empty();
      }
      var files = disk.get(asleep.get().id());
      if (files == null || !files.key.equals(key)) {
        kept.lose(asleep.get()).ifPresent(this::delete);
        return Optional.empty();
      }
      var marks = new HashMap<Integer, Integer>();
      files.slices.keySet().forEach(slice -> marks.put(slice, slice));
      var woken = kept.wake(asleep.get(), key, files.meta, marks);
      woken.evicted().forEach(this::delete);
      return woken.object();
    }

    /** What the shell writes before anything that depends on it. */
    private void flush() {
      for (var drive : DRIVES) {
        var pending = space(drive).takePending();
        var bytes = new byte[pending.remaining()];
        pending.get(bytes);
        journal(drive).writeBytes(bytes);
      }
    }

    private DriveSpace space(String drive) {
      return kept.space(drive).orElseThrow();
    }

    private ByteArrayOutputStream journal(String drive) {
      return Objects.requireNonNull(journals.get(drive));
    }

    /** The journal is written anew. */
    private void compact() {
      flush();
      for (var drive : DRIVES) {
        var all = new byte[(OBJECTS + 1) * IndexRecord.BYTES];
        var out = ByteBuffer.wrap(all);
        assertThat(space(drive).snapshot(0, out)).isNegative();
        var anew = new ByteArrayOutputStream();
        anew.write(all, 0, out.position());
        journals.put(drive, anew);
      }
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
          assertThat(stored).isEqualTo(new OnDisk(client.version, true));
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

    private void delete(Stored gone) {
      assertThat(clients)
          .as("an object in use is not evicted")
          .noneMatch(c -> c.object.id() == gone.id() && !purged.contains(gone.id()));
      disk.remove(gone.id());
      kept.deleted(gone);
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
        purged.add(object.id());
        kept.drop(object).ifPresent(this::delete);
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
          files(object).slices.put(slice, new OnDisk(sent, true));
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
      kept.unpin(client.object);
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
      kept.resizeDrive(drive, driveBytes / 2).forEach(this::delete);
      kept.resizeDrive(drive, driveBytes).forEach(this::delete);
    }

    /** A stored slice turns bad on disk; only a restart finds out. */
    private void rot() {
      var files = disk.values().stream().filter(f -> !f.slices.isEmpty()).toList();
      if (!files.isEmpty()) {
        kill();
        var victim = files.get(random.nextInt(files.size())).slices;
        victim.replaceAll((_, stored) -> new OnDisk(stored.version(), random.nextBoolean()));
      }
    }

    /** An administrator purges a key or everything, whoever is reading. */
    private void purge() {
      disturbed = true;
      purged.addAll(disk.keySet());
      var key = "o" + random.nextInt(OBJECTS);
      var what = random.nextInt(4) == 0 ? new Purge.All() : new Purge.Key(key);
      var rules = new PurgeRules(List.of(new PurgeRules.Rule(what, ids++)));
      kept.purge(rules.rules().getFirst()).gone().forEach(this::delete);
      for (var drive : DRIVES) {
        var all = new ArrayList<Stored>();
        assertThat(kept.page(drive, 0, Integer.MAX_VALUE, all)).isNegative();
        for (var stored : all) {
          if (disk.containsKey(stored.id()) && rules.cover(files(stored.id()).key, stored.id())) {
            kept.lose(stored).ifPresent(this::delete);
          }
        }
      }
      assertThat(disk.values()).noneMatch(files -> what.matches(files.key));
    }

    private Files files(long id) {
      return Objects.requireNonNull(disk.get(id));
    }

    /** The process is killed: what it wrote is there, and what it proved is not fetched again. */
    private void kill() {
      restart(Long.MAX_VALUE);
      disk.forEach((id, files) -> {
        var stored = kept.asleep(KeyHash.of(files.key));
        assertThat(stored.map(Stored::id)).as("known after a kill").contains(id);
      });
    }

    /** The machine dies: journals lose their ends, at any byte. */
    private void losePower() {
      long longest =
          journals.values().stream().mapToInt(ByteArrayOutputStream::size).max().orElse(0);
      restart(random.nextLong(longest + 1));
      sweep();
      disk.forEach((id, files) -> {
        var stored = kept.asleep(KeyHash.of(files.key));
        assertThat(stored.map(Stored::id)).as("found by the sweep").contains(id);
      });
    }

    private void restart(long journalBytes) {
      disturbed = true;
      clients.clear();
      fetches.clear();
      kept = new KeptObjects(new Awake(FEW_AWAKE_BYTES));
      index = new ContentIndex(kept);
      for (var drive : DRIVES) {
        var space = new DriveSpace(driveBytes);
        int left = (int) Math.min(journalBytes, journal(drive).size());
        int whole = left - left % IndexRecord.BYTES;
        assertThat(space.replay(ByteBuffer.wrap(journal(drive).toByteArray(), 0, whole))).isZero();
        space.replayed();
        var cut = new ByteArrayOutputStream();
        cut.write(journal(drive).toByteArray(), 0, whole);
        journals.put(drive, cut);
        kept.addDrive(drive, space).forEach(this::delete);
      }
    }

    /** What the shell does in the background after a start. */
    private void sweep() {
      for (var entry : List.copyOf(disk.entrySet())) {
        var files = entry.getValue();
        var stored = new Stored(files.drive, entry.getKey(), KeyHash.of(files.key));
        var known = kept.asleep(stored.key());
        long bytes =
            files.slices.keySet().stream()
                .mapToLong(
                    slice -> SliceMath.endOf(slice, files.meta.length()) - SliceMath.startOf(slice))
                .sum();
        if (known.filter(stored::equals).isEmpty()) {
          var older = kept.adopt(stored, bytes);
          older.ifPresent(gone -> gone.forEach(this::delete));
          if (older.isEmpty()) {
            boolean fits = space(files.drive).freeBytes() >= bytes + EvictionOrder.OBJECT_BYTES;
            boolean newest = known.filter(other -> other.id() > stored.id()).isEmpty();
            assertThat(fits && newest).as("deleted though it could be adopted").isFalse();
            disk.remove(entry.getKey());
          }
        }
      }
      for (var drive : DRIVES) {
        var all = new ArrayList<Stored>();
        kept.page(drive, 0, Integer.MAX_VALUE, all);
        all.stream()
            .filter(stored -> !disk.containsKey(stored.id()))
            .forEach(stored -> kept.lose(stored).ifPresent(this::delete));
      }
    }

    private void check() {
      for (var drive : DRIVES) {
        long used = kept.drive(drive).orElseThrow().usedBytes();
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
