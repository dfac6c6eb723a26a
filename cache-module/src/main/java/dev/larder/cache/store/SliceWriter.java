package dev.larder.cache.store;

import dev.larder.cache.slice.Claim;
import dev.larder.cache.slice.Fetch;
import dev.larder.cache.slice.FetchFailure;
import dev.larder.cache.slice.SliceMath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Writes what a fetch brings: bytes first, then readers hear of them; a slice's mark when its last
 * byte is written. Touches disks.
 *
 * <p>Readers hear of the first bytes at once, then of no less than {@link #WORTH_BYTES} at a time
 * unless the writer is told that no more comes soon: to wake fifty readers for every packet costs
 * more than to serve them.
 */
public final class SliceWriter {
  private static final int WORTH_BYTES = 128 << 10;

  private final ContentStore store;
  private final Slices slices;
  private final Fetch fetch;
  private final OpenFile file;
  private final CRC32C checksum = new CRC32C();
  private long begun;
  private long position;
  private long announced;

  SliceWriter(ContentStore store, Slices slices, Fetch fetch, OpenFile file) {
    this.store = store;
    this.slices = slices;
    this.fetch = fetch;
    this.file = file;
    this.begun = fetch.position();
    this.position = begun;
    this.announced = begun;
  }

  /** Where the next byte goes. */
  public long position() {
    return position;
  }

  /** The whole object comes, from its first byte. */
  public Claim widen() {
    var claim = store.claimed(fetch.object(), () -> slices.widen(fetch));
    begun = 0;
    position = 0;
    announced = 0;
    checksum.reset();
    return claim;
  }

  /** Takes the next bytes of the object; those of slices that others bring pass by. */
  public void write(ByteBuffer bytes) throws IOException {
    long length = fetch.object().meta().length();
    while (bytes.hasRemaining()) {
      int slice = SliceMath.sliceOf(position);
      long end = SliceMath.endOf(slice, length);
      var part = bytes.slice(bytes.position(), (int) Math.min(bytes.remaining(), end - position));
      int count = part.remaining();
      if (fetch.claims(slice)) {
        checksum.update(part.duplicate());
        file.write(part, position);
      }
      bytes.position(bytes.position() + count);
      position += count;
      if (position == end) {
        finish(slice);
      } else if (announced == begun || position - announced >= WORTH_BYTES) {
        announce();
      }
    }
  }

  private void finish(int slice) throws IOException {
    if (fetch.claims(slice)) {
      int length = (int) (position - SliceMath.startOf(slice));
      file.mark(slice, length, (int) checksum.getValue());
      slices.complete(fetch, slice, (int) checksum.getValue());
    }
    announced = position;
    checksum.reset();
  }

  /** Readers hear of all that was written. */
  public void announce() {
    if (position > announced) {
      announced = position;
      if (fetch.claims(SliceMath.sliceOf(position - 1))) {
        slices.arrived(fetch, position);
      }
    }
  }

  /** The drive took no more. */
  public void trouble(IOException problem) {
    store.trouble(fetch.object(), problem);
  }

  /** The fetch ends early. */
  public void fail(FetchFailure failure) {
    slices.fail(fetch, failure);
  }

  /** Whether no client waits for or reads the object any more. */
  public boolean isUnwanted() {
    return slices.isUsedOnce(fetch.object());
  }
}
