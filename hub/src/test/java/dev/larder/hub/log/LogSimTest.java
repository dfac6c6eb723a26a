package dev.larder.hub.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.Messages;
import dev.larder.hub.Seeds;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A queue on a disk that loses and tears what was not forced: what was forced and not consumed is
 * read again, in order, and no sequence ever names two messages.
 */
final class LogSimTest {
  private static final int SEGMENT_BYTES = 400;

  /** A file whose end, beyond what was forced, a crash may take. */
  private static final class Disk {
    private final Map<Long, ByteArrayOutputStream> files = new TreeMap<>();
    private final Map<Long, Integer> forced = new HashMap<>();

    void append(long segment, ByteBuffer frame) {
      var bytes = new byte[frame.capacity()];
      frame.get(0, bytes);
      file(segment).writeBytes(bytes);
    }

    ByteArrayOutputStream file(long segment) {
      return files.computeIfAbsent(
          segment,
          _ -> {
            var made = new ByteArrayOutputStream();
            made.writeBytes(Segment.magic().array());
            return made;
          });
    }

    void force(long segment) {
      forced.put(segment, file(segment).size());
    }

    void crash(Random random) {
      files.replaceAll((segment, file) -> {
        int safe = forced.getOrDefault(segment, 0);
        var bytes = file.toByteArray();
        int kept = safe + random.nextInt(bytes.length - safe + 1);
        var after = new ByteArrayOutputStream();
        after.write(bytes, 0, kept);
        if (random.nextInt(4) == 0) {
          var garbage = new byte[random.nextInt(60)];
          random.nextBytes(garbage);
          after.writeBytes(random.nextBoolean() ? garbage : new byte[garbage.length]);
        }
        return after;
      });
    }

    List<Segment.Scan> scan() {
      var scans = new ArrayList<Segment.Scan>();
      files.forEach(
          (first, file) -> scans.add(Segment.scan(first, ByteBuffer.wrap(file.toByteArray()))));
      return scans;
    }

    /** As the shell does at the open. */
    void repair(List<Segment.Scan> scans) {
      for (var scan : scans) {
        long first = scan.segment().first();
        if (scan.segment().bytes() == 0) {
          files.remove(first);
        } else if (first == scans.getLast().segment().first()) {
          var bytes = Arrays.copyOf(file(first).toByteArray(), (int) scan.segment().bytes());
          var cut = new ByteArrayOutputStream();
          cut.writeBytes(bytes);
          files.put(first, cut);
        }
      }
      files.keySet().forEach(this::force);
    }
  }

  private static final class History {
    private final Random random;
    private final Disk disk = new Disk();
    private final Map<Long, String> durable = new TreeMap<>();
    private final Map<Long, String> everSeen = new HashMap<>();
    private QueueIndex index = new QueueIndex(List.of(), QueueIndex.State.NEW);
    private QueueIndex.State saved = QueueIndex.State.NEW;
    private int made;

    History(Random random) {
      this.random = random;
      disk.file(index.active().first());
      disk.force(index.active().first());
    }

    void run() {
      for (int step = 0; step < 60; step++) {
        switch (random.nextInt(6)) {
          case 0, 1, 2 -> commit(random.nextInt(4) == 0);
          case 3 -> consume();
          case 4 -> saved = index.state();
          default -> crash();
        }
        assertThat(read()).isEqualTo(durable);
      }
    }

    private void commit(boolean thenCrash) {
      if (index.active().bytes() > SEGMENT_BYTES) {
        var rolled = index.roll();
        disk.file(rolled.first());
        disk.force(rolled.first());
      }
      long segment = index.active().first();
      long next = index.next();
      var texts = new ArrayList<String>();
      int count = 1 + random.nextInt(5);
      var frames = new ArrayList<ByteBuffer>();
      for (int i = 0; i < count; i++) {
        texts.add("m" + made++);
        frames.add(Frame.encode(next + i, Messages.message(texts.get(i))));
        disk.append(segment, frames.get(i));
      }
      if (thenCrash) {
        crash();
        return;
      }
      disk.force(segment);
      for (int i = 0; i < count; i++) {
        index.appended(frames.get(i).capacity(), 0);
        see(next + i, texts.get(i));
      }
    }

    private void see(long sequence, String text) {
      durable.put(sequence, text);
      assertThat(everSeen.merge(sequence, text, (was, _) -> was))
          .as("sequence %d", sequence)
          .isEqualTo(text);
    }

    private void consume() {
      long position = index.state().position() + random.nextInt(6);
      index.consume(position).forEach(s -> disk.files.remove(s.first()));
      durable.keySet().removeIf(s -> s < position);
    }

    private void crash() {
      disk.crash(random);
      var scans = disk.scan();
      disk.repair(scans);
      index = new QueueIndex(scans, saved);
      disk.file(index.active().first());
      disk.force(index.active().first());
      // Frames that were not forced may have survived; and the position may lag.
      var found = read();
      assertThat(found).containsAllEntriesOf(durable);
      durable.clear();
      found.forEach(this::see);
    }

    private Map<Long, String> read() {
      var found = new TreeMap<Long, String>();
      long from = index.state().position();
      for (var segment = index.holding(from); segment.isPresent(); segment = index.holding(from)) {
        var buffer = ByteBuffer.wrap(disk.file(segment.get().first()).toByteArray());
        int at = Segment.magic().capacity();
        while (at < segment.get().bytes()) {
          var head = Frame.head(buffer, at).orElseThrow();
          var stored = Frame.message(buffer, at, head);
          if (stored.sequence() >= index.state().position()) {
            found.put(stored.sequence(), Messages.text(stored.message().payload()));
          }
          at += head.bytes();
        }
        from = segment.get().next();
      }
      return found;
    }
  }

  @Test
  void forcedMessagesSurviveEveryCrash() {
    Seeds.run(400, random -> new History(random).run());
  }
}
