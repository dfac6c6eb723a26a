package dev.larder.hub.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.log.Log;
import dev.larder.hub.log.LogBounds;
import dev.larder.hub.log.Place;
import dev.larder.hub.message.Kept;
import dev.larder.hub.message.Payload;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log on real files, ended by kills, on a disk that is full, with its tail cut anywhere. */
final class DiskIT {
  private static final int SEGMENT_BYTES = 64 << 10;
  private static final int KILLS = 36;

  @TempDir private Path folder;
  private final List<Path> mounted = new ArrayList<>();

  static LogBounds bounds(LogBounds.Overflow overflow) {
    return new LogBounds(16L * SEGMENT_BYTES, overflow, 20_000, 100_000, SEGMENT_BYTES);
  }

  static Kept message(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Kept(
        "d/m",
        1,
        Kept.NEVER,
        "topic",
        1,
        Kept.Retain.NO,
        Payload.of(new byte[0]),
        Payload.of(bytes));
  }

  static String text(Kept message) {
    return new String(message.payload().bytes(), StandardCharsets.UTF_8);
  }

  @AfterEach
  void unmount() throws Exception {
    for (var mount : mounted) {
      run("umount", "--lazy", mount.toString());
    }
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  @Test
  void findsItAllAgain() throws Exception {
    var loop = new TestLoop(folder, bounds(LogBounds.Overflow.REFUSE));
    var sequences = new ArrayList<Long>();
    loop.run(() -> {
      var queue = loop.log().open("q", 4, true);
      IntStream.range(0, 500).forEach(i -> sequences.add(loop.append("m" + i, queue)));
      sequences.subList(0, 100).forEach(queue::remove);
      loop.log().put("key", new byte[] {1, 2});
    });
    loop.close();
    var again = new TestLoop(folder, bounds(LogBounds.Overflow.REFUSE));
    assertThat(again.readAll("q").values())
        .containsExactlyElementsOf(IntStream.range(100, 500).mapToObj(i -> "m" + i).toList());
    again.run(() -> {
      assertThat(again.log().state().get("key")).containsExactly(1, 2);
      var queue = again.log().find("q").orElseThrow();
      assertThat(queue.priority()).isEqualTo(4);
      assertThat(again.append("new", queue)).isGreaterThan(sequences.getLast());
    });
    again.close();
  }

  @Test
  void readsWhatIsNotInMemoryAnyMoreOnceItIsOnDisk() throws Exception {
    var loop = new TestLoop(folder, bounds(LogBounds.Overflow.REFUSE));
    var answer = new CompletableFuture<List<Kept>>();
    loop.run(() -> {
      var queue = loop.log().open("q", 0, false);
      var places = new ArrayList<Place>();
      for (int i = 0; i < 500; i++) {
        places.add(queue.place(loop.append("m" + i, queue)));
      }
      assertThat(queue.message(queue.nextAfter(0))).isNull();
      assertThat(loop.log().onDisk(places.getFirst())).isFalse();
      loop.disk().read(places.reversed(), answer::complete);
    });
    var texts = answer.get(10, TimeUnit.SECONDS).stream().map(DiskIT::text);
    assertThat(texts.toList().reversed())
        .isEqualTo(IntStream.range(0, 500).mapToObj(i -> "m" + i).toList());
    loop.close();
  }

  @Test
  void staysWithinItsBytesAndLosesOnlyTheOldest() throws Exception {
    var loop = new TestLoop(folder, bounds(LogBounds.Overflow.DROP_OLDEST));
    var large = "x".repeat(1_000);
    var last = new ArrayList<String>();
    loop.run(() -> {
      loop.log().open("q", 0, true);
      loop.log().put("key", new byte[100]);
    });
    for (int i = 0; i < 6_000; i++) {
      var text = i + large;
      long sequence = loop.get(() -> loop.append(text, loop.log().open("q", 0, true)));
      if (sequence != Log.NO_ROOM) {
        last.add(text);
      } else {
        loop.awaitCommit();
      }
    }
    loop.close();
    try (var files = Files.list(folder)) {
      assertThat(files.mapToLong(f -> f.toFile().length()).sum())
          .isLessThanOrEqualTo(16L * SEGMENT_BYTES);
    }
    var again = new TestLoop(folder, bounds(LogBounds.Overflow.DROP_OLDEST));
    var found = List.copyOf(again.readAll("q").values());
    assertThat(found).hasSizeGreaterThan(300);
    assertThat(found).isEqualTo(last.subList(last.size() - found.size(), last.size()));
    again.run(() -> assertThat(again.log().state()).containsOnlyKeys("key"));
    again.close();
  }

  @Test
  void losesNothingThatWasCommittedWhenKilled() throws Exception {
    var random = new Random(1);
    var expected = new TreeMap<Long, String>();
    long committed = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      var process = start();
      String value = "";
      try (var out = new BufferedReader(process.inputReader(StandardCharsets.UTF_8))) {
        int lines = 200 + random.nextInt(4_000);
        for (var line = out.readLine(); line != null; line = out.readLine()) {
          var words = line.split(" ", 3);
          switch (words[0]) {
            case "C" -> {
              committed++;
              assertThat(expected.put(Long.parseLong(words[1]), words[2])).isNull();
            }
            case "R" -> expected.remove(Long.parseLong(words[1]));
            default -> value = line.substring(2);
          }
          if (--lines == 0) {
            process.toHandle().destroyForcibly();
          }
        }
      }
      assertThat(process.waitFor()).isEqualTo(128 + 9);
      compare(expected, value);
    }
    assertThat(committed).isGreaterThan(KILLS * 100L);
  }

  private Process start() throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            AppendingProcess.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** What was found becomes what is expected: it must be there after the next kill too. */
  private void compare(Map<Long, String> expected, String value) throws Exception {
    var loop = new TestLoop(folder, bounds(LogBounds.Overflow.REFUSE));
    var found = loop.readAll(AppendingProcess.QUEUE);
    assertThat(found).containsAllEntriesOf(expected);
    expected.putAll(found);
    loop.run(() -> {
      var state = loop.log().state().get(AppendingProcess.KEY);
      var number = new String(state == null ? new byte[0] : state, StandardCharsets.UTF_8);
      assertThat(count(number)).isGreaterThanOrEqualTo(count(value));
    });
    loop.close();
  }

  private static int count(String value) {
    return value.isEmpty() ? 0 : Integer.parseInt(value.substring("value ".length()));
  }

  @Test
  void goesOnConsumingOnAFullDisk() throws Exception {
    mounted.add(folder);
    run("mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", folder.toString());
    var loop = new TestLoop(folder, bounds(LogBounds.Overflow.REFUSE));
    var large = "x".repeat(1_000);
    loop.run(() -> loop.log().open("q", 0, true));
    int taken = 0;
    for (boolean refused = false; !refused; ) {
      refused =
          loop.get(() -> loop.append(large, loop.log().open("q", 0, true))) == Log.NO_ROOM
              && loop.get(() -> loop.disk().isFull());
      taken += refused ? 0 : 1;
      loop.awaitCommit();
    }
    assertThat(taken).isGreaterThan(50);
    loop.run(() -> {
      assertThat(loop.log().put("key", new byte[100])).isTrue();
      var queue = loop.log().open("q", 0, true);
      while (queue.size() > 3) {
        queue.remove(queue.nextAfter(0));
      }
    });
    loop.await(() -> loop.append(large, loop.log().open("q", 0, true)) != Log.NO_ROOM);
    loop.close();
    var again = new TestLoop(folder, bounds(LogBounds.Overflow.REFUSE));
    assertThat(again.readAll("q")).hasSize(4);
    again.run(() -> assertThat(again.log().state()).containsKey("key"));
    again.close();
  }

  @Test
  void recoversFromATailCutAnywhere() throws Exception {
    var original = folder.resolve("original");
    var loop = new TestLoop(original, bounds(LogBounds.Overflow.REFUSE));
    var places = new ArrayList<Place>();
    loop.run(() -> {
      var queue = loop.log().open("q", 0, true);
      for (int i = 0; i < 6; i++) {
        places.add(queue.place(loop.append("message " + i, queue)));
      }
    });
    loop.close();
    var name = new SegmentFiles(original).path(places.getFirst().segment()).getFileName();
    var content = Files.readAllBytes(original.resolve(name));
    int end = places.getLast().offset() + places.getLast().length();
    for (int cut = places.get(2).offset(); cut <= end; cut++) {
      var copy = Files.createDirectory(folder.resolve("cut" + cut));
      var torn = content.clone();
      Arrays.fill(torn, cut, torn.length, (byte) 0);
      Files.write(copy.resolve(name), torn);
      int sound = cut;
      long whole = places.stream().filter(p -> p.offset() + p.length() <= sound).count();
      check(copy, whole);
      check(copy, whole + 1);
    }
  }

  private static void check(Path copy, long messages) throws Exception {
    var loop = new TestLoop(copy, bounds(LogBounds.Overflow.REFUSE));
    assertThat(loop.readAll("q")).hasSize((int) messages);
    loop.run(() -> assertThat(loop.append("more", loop.log().open("q", 0, true))).isPositive());
    loop.close();
  }
}
