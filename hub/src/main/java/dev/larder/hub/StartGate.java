package dev.larder.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Holds what is to run on the event loop until all is wired, so that nothing of it meets what
 * another thread is still making.
 */
final class StartGate implements Executor {
  private final Executor loop;
  private final List<Runnable> early = new ArrayList<>();
  private volatile boolean open;

  StartGate(Executor loop) {
    this.loop = loop;
  }

  @Override
  public void execute(Runnable task) {
    if (open) {
      loop.execute(task);
      return;
    }
    synchronized (this) {
      if (open) {
        loop.execute(task);
      } else {
        early.add(task);
      }
    }
  }

  /** Lets everything go, in its order. */
  synchronized void open() {
    early.forEach(loop::execute);
    early.clear();
    open = true;
  }
}
