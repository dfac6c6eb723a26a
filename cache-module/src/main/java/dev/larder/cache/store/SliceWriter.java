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
 */
public final class SliceWriter {
  private final ContentStore store;
  private final Slices slices;
  private final Fetch fetch;
  private final OpenFile file;
  private final CRC32C checksum = new CRC32C();
  private long position;

  SliceWriter(ContentStore store, Slices slices, Fetch fetch, OpenFile file) {
    this.store = store;
    this.slices = slices;
    this.fetch = fetch;
    this.file = file;
    this.position = fetch.position();
  }

  /** Where the next byte goes. */
  public long position() {
    return position;
  }

  /** The whole object comes, from its first byte. */
  public Claim widen() {
    var claim = store.claimed(fetch.object(), () -> slices.widen(fetch));
    position = 0;
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
        slices.arrived(fetch, position + count);
      }
      bytes.position(bytes.position() + count);
      position += count;
      if (position == end) {
        finish(slice);
      }
    }
  }

  private void finish(int slice) throws IOException {
    if (fetch.claims(slice)) {
      int length = (int) (position - SliceMath.startOf(slice));
      file.mark(slice, length, (int) checksum.getValue());
      slices.complete(fetch, slice, (int) checksum.getValue());
    }
    checksum.reset();
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
