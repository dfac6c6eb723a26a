package dev.larder.hub.disk;

import dev.larder.hub.log.Log;
import dev.larder.hub.log.LogBounds;
import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.message.Kept;
import dev.larder.hub.message.Payload;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Appends until it is killed, and says what is on disk: {@code C sequence text} of a message,
 * {@code S text} of a value; and {@code R sequence} before it consumes one.
 */
final class AppendingProcess {
  static final String QUEUE = "q";
  static final String KEY = "key";
  private static final int BACKLOG = 1_500;
  private static final int BURST = 20;

  private record Said(long sequence, long mark, String line) {}

  private final LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
  private final Deque<Said> pending = new ArrayDeque<>();
  private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
  private final Disk disk;
  private final MessageQueue queue;
  private long count;

  private AppendingProcess(Path folder) throws Exception {
    disk =
        Disk.open(
            folder,
            DiskIT.bounds(LogBounds.Overflow.REFUSE),
            InstantSource.system(),
            loop::add,
            e -> Runtime.getRuntime().halt(3));
    queue = disk.log().open(QUEUE, 0, true);
    disk.onCommit(this::say);
  }

  static void main(String[] arguments) throws Exception {
    new AppendingProcess(Path.of(arguments[0])).run();
  }

  private void run() throws Exception {
    var clock = InstantSource.system();
    long ticked = clock.millis();
    while (true) {
      burst();
      disk.flush();
      for (var task = loop.poll(5, TimeUnit.MILLISECONDS); task != null; task = loop.poll()) {
        task.run();
      }
      if (clock.millis() - ticked > 20) {
        disk.tick();
        ticked = clock.millis();
      }
    }
  }

  private void burst() {
    for (int i = 0; i < BURST; i++) {
      var text = "message " + count++ + " of " + ProcessHandle.current().pid();
      long sequence =
          disk.log().append(DiskIT.message(text), new MessageQueue[] {queue}, 1, Kept.NEVER);
      if (sequence != Log.NO_ROOM) {
        pending.add(new Said(sequence, disk.log().mark(), "C " + sequence + " " + text));
      }
    }
    var value = Payload.of(("value " + count).getBytes(StandardCharsets.UTF_8));
    if (disk.log().put(KEY, value.bytes())) {
      pending.add(new Said(0, disk.log().mark(), "S value " + count));
    }
    consume();
  }

  private void consume() {
    long next = queue.nextAfter(0);
    var gone = new ArrayDeque<Long>();
    for (int excess = queue.size() - BACKLOG; excess > 0 && next >= 0; excess--) {
      out.println("R " + next);
      gone.add(next);
      next = queue.nextAfter(next);
    }
    out.flush();
    gone.forEach(queue::remove);
  }

  private void say() {
    while (!pending.isEmpty() && pending.getFirst().mark() <= disk.log().committedMark()) {
      out.println(pending.remove().line());
    }
    out.flush();
  }
}
