package dev.larder.cache.store;

import dev.larder.cache.slice.CachedObject;
import dev.larder.cache.slice.Claim;
import dev.larder.cache.slice.Fetch;
import dev.larder.cache.slice.ObjectMeta;
import dev.larder.cache.slice.Reach;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** One use of a kept object: while it is open the object is not evicted and its file stays open. */
public final class Reader implements AutoCloseable {
  private final ContentStore store;
  private final Slices slices;
  private final CachedObject object;
  private final OpenFile file;
  private final AtomicBoolean closed = new AtomicBoolean();

  Reader(ContentStore store, Slices slices, CachedObject object, OpenFile file) {
    this.store = store;
    this.slices = slices;
    this.object = object;
    this.file = file;
  }

  public CachedObject object() {
    return object;
  }

  public long length() {
    return object.meta().length();
  }

  /** The data file: a slice's bytes lie where they lie in the object. */
  public FileChannel data() {
    return file.data();
  }

  /**
   * Whether the whole span is here and proven; if so its caller sends it, and it counts as read.
   */
  public boolean holds(long start, long end) {
    return slices.holds(object, start, end);
  }

  /** Whether the whole span is here, though some of it may have to be proven first. */
  public boolean keeps(long start, long end) {
    return slices.keeps(object, start, end);
  }

  /** Whether any slice of the span is here. */
  public boolean holdsSome(long start, long end) {
    return slices.holdsSome(object, start, end);
  }

  public boolean isInOneAnswer() {
    return slices.isInOneAnswer(object);
  }

  public Reach reach(long position, long end) {
    return slices.reach(object, position, end);
  }

  /** Claims what nobody has of a span; evicted objects are deleted from disk. */
  public Claim claim(long start, long end, int longest) {
    return store.claimed(object, () -> slices.claim(object, start, end, longest));
  }

  /** Claims all of an object whose origin sends nothing less. */
  public Claim claimWhole() {
    return store.claimed(object, () -> slices.claimWhole(object));
  }

  /** Waits for a fetch to bring the byte at a position; false when patience ended first. */
  public boolean await(Fetch fetch, long position, Duration patience) throws InterruptedException {
    return slices.await(object, fetch, position, patience);
  }

  /** Verifies a slice found at the start; touches the disk. */
  public void verify(int slice) throws IOException {
    try {
      slices.verify(object, file, slice);
    } catch (IOException e) {
      store.unreadable(object, e);
      throw e;
    }
  }

  /** Reads until the buffer is full; only what {@link Reach.Ready} promised. */
  public void read(ByteBuffer into, long position) throws IOException {
    int wanted = into.remaining();
    try {
      file.read(into, position);
    } catch (IOException e) {
      store.unreadable(object, e);
      throw e;
    }
    if (into.hasRemaining()) {
      throw new IOException("the data file is shorter than its marks say");
    }
    slices.wasRead(object, wanted);
  }

  /** So many bytes go out of {@link #data} to a client while they are fetched: they are read. */
  public void wasSent(long bytes) {
    slices.wasRead(object, bytes);
  }

  /** Begins to write what a fetch of this object brings. */
  public SliceWriter writer(Fetch fetch) {
    return new SliceWriter(store, slices, fetch, file);
  }

  /** One more use of the same object, to be closed by itself. */
  public Reader again() {
    return store.again(object, file);
  }

  /**
   * The origin said that the object is still the same: what it said of it now counts. Touches the
   * disk.
   */
  public void revalidated(ObjectMeta now) {
    store.revalidated(object, file, now);
  }

  /** The object turned out unreadable or another one: it is dropped. */
  public void drop() {
    store.drop(object);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      store.release(object, file);
    }
  }
}
