package dev.larder.hub.server;

import dev.larder.hub.disk.Disk;
import dev.larder.hub.session.Broker;
import io.netty.channel.EventLoop;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One turn of the event loop: all that is readable is read, then what was decided is written, once
 * a connection, and what is to be kept goes to the disk as one batch.
 */
public final class Turn {
  private final EventLoop loop;
  private final Executor onLoop;
  private final Disk disk;
  private final InstantSource clock;
  private final List<Connection> dirty = new ArrayList<>();
  private final ArrayDeque<Connection> held = new ArrayDeque<>();
  private @Nullable Broker broker;
  private Runnable lastly = () -> {};
  private boolean scheduled;
  private long unwrittenBytes;

  /**
   * Turns of a loop.
   *
   * @param onLoop runs a step on the loop after the present one
   */
  public Turn(EventLoop loop, Executor onLoop, Disk disk, InstantSource clock) {
    this.loop = loop;
    this.onLoop = onLoop;
    this.disk = disk;
    this.clock = clock;
  }

  /**
   * Joins the broker; once, before any connection.
   *
   * @param afterwards done at the end of each turn
   */
  public void join(Broker joined, Runnable afterwards) {
    broker = joined;
    lastly = afterwards;
    disk.onCommit(this::end);
  }

  public long nowMillis() {
    return clock.millis();
  }

  EventLoop loop() {
    return loop;
  }

  /** What waits in memory for clients to read it, of all connections. */
  public long unwrittenBytes() {
    return unwrittenBytes;
  }

  void unwritten(long moreBytes) {
    unwrittenBytes += moreBytes;
  }

  /** Something is to be done at the end of the turn. */
  public void schedule() {
    if (!scheduled) {
      scheduled = true;
      onLoop.execute(this::end);
    }
  }

  void schedule(Connection connection) {
    dirty.add(connection);
    schedule();
  }

  /** A connection holds a packet back until there is room for it. */
  void awaitRoom(Connection connection) {
    held.add(connection);
  }

  private void end() {
    scheduled = false;
    disk.flush();
    if (broker != null) {
      broker.committed();
    }
    // Those that find no room this time are behind those that have not been asked.
    for (int i = held.size(); i > 0; i--) {
      held.remove().roomAgain();
    }
    lastly.run();
    // A step that waited for the disk may have given it more.
    disk.flush();
    for (int i = 0; i < dirty.size(); i++) {
      dirty.get(i).flush();
    }
    dirty.clear();
  }
}
