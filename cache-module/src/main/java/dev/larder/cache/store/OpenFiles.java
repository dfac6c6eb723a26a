package dev.larder.cache.store;

import dev.larder.cache.slice.CachedObject;
import dev.larder.cache.slice.ObjectMeta;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps the files of used objects open, and some of those that were used last. */
final class OpenFiles {
  private static final float LOAD = 0.75f;

  private final int mostIdle;
  private final LinkedHashMap<Long, OpenFile> open = new LinkedHashMap<>(16, LOAD, true);
  private final Map<Long, CompletableFuture<Void>> making = new ConcurrentHashMap<>();
  private int idle;

  OpenFiles(int mostIdle) {
    this.mostIdle = mostIdle;
  }

  /**
   * An object's files are about to be made. Its index shows it before they are there: whoever wants
   * them waits until they are {@link #made}.
   */
  void making(long id) {
    making.put(id, new CompletableFuture<>());
  }

  /** The files that were being made are there, or will not be. */
  void made(long id) {
    var waited = making.remove(id);
    if (waited != null) {
      waited.complete(null);
    }
  }

  /** Returns at once unless an object's files are being made. */
  void awaitMade(long id) {
    var waited = making.get(id);
    if (waited != null) {
      waited.join();
    }
  }

  /** The object's files if they are open already; never blocks on a disk. */
  synchronized Optional<OpenFile> acquireOpen(CachedObject object) {
    var file = open.get(object.id());
    if (file == null) {
      return Optional.empty();
    }
    use(file);
    return Optional.of(file);
  }

  OpenFile acquire(CachedObject object, Path folder) throws IOException {
    awaitMade(object.id());
    var already = acquireOpen(object);
    return already.isPresent()
        ? already.get()
        : add(object.id(), OpenFile.open(folder, object.id()));
  }

  OpenFile create(CachedObject object, Path folder, ObjectMeta meta) throws IOException {
    var frame = ObjectFile.frame(object.key(), meta);
    return add(object.id(), OpenFile.create(folder, object.id(), frame));
  }

  private synchronized OpenFile add(long id, OpenFile opened) {
    var first = open.get(id);
    if (first != null) {
      opened.close();
      use(first);
      return first;
    }
    opened.users = 1;
    open.put(id, opened);
    return opened;
  }

  private void use(OpenFile file) {
    if (file.users++ == 0) {
      idle--;
    }
  }

  synchronized void share(OpenFile file) {
    use(file);
  }

  synchronized void release(OpenFile file) {
    if (--file.users > 0) {
      return;
    }
    if (file.forgotten) {
      file.close();
    } else if (++idle > mostIdle) {
      closeOneIdle();
    }
  }

  private void closeOneIdle() {
    for (var files = open.values().iterator(); files.hasNext(); ) {
      var file = files.next();
      if (file.users == 0) {
        files.remove();
        file.close();
        idle--;
        return;
      }
    }
  }

  /** The object's files were deleted: they are closed when their last user is done. */
  synchronized void forget(long id) {
    var file = open.remove(id);
    if (file == null) {
      return;
    }
    file.forgotten = true;
    if (file.users == 0) {
      file.close();
      idle--;
    }
  }

  synchronized int count() {
    return open.size();
  }

  synchronized void closeAll() {
    open.values().forEach(OpenFile::close);
    open.clear();
    idle = 0;
  }
}
