package dev.larder.hub.server;

import dev.larder.hub.disk.Disk;
import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.log.Place;
import java.util.ArrayList;

/** Brings messages of a queue back into memory, some at a time. */
public final class DiskReader {
  private static final int MESSAGES_MAXIMUM = 64;

  private final Disk disk;
  private final Turn turn;

  public DiskReader(Disk disk, Turn turn) {
    this.disk = disk;
    this.turn = turn;
  }

  /** Reads the messages from a sequence on that are not in memory, then goes on. */
  public void load(MessageQueue queue, long first, Runnable then) {
    var sequences = new ArrayList<Long>();
    var places = new ArrayList<Place>();
    long next = first;
    while (next >= 0 && places.size() < MESSAGES_MAXIMUM && queue.message(next) == null) {
      sequences.add(next);
      places.add(queue.place(next));
      next = queue.nextAfter(next);
    }
    disk.read(
        places,
        messages -> {
          for (int i = 0; i < messages.size(); i++) {
            queue.remember(sequences.get(i), messages.get(i));
          }
          then.run();
          turn.schedule();
        });
  }
}
