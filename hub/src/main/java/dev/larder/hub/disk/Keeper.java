package dev.larder.hub.disk;

import dev.larder.hub.log.Chore;
import dev.larder.hub.log.LogFrame;
import dev.larder.hub.log.Place;
import dev.larder.hub.message.Kept;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread that reads segments, makes and deletes them, in the order it is asked: what is asked
 * for before a segment goes is read before it goes.
 */
final class Keeper {
  private static final int READ_BYTES = 64 << 10;

  private interface Task {
    void run() throws IOException;
  }

  /** What is told when it is done; it runs on this thread. */
  interface Answers {
    void done(Chore chore);

    void failed(Chore.Make chore);

    void content(Chore.Read chore, ByteBuffer bytes);
  }

  private final SegmentFiles files;
  private final Answers answers;
  private final Consumer<Throwable> fatal;
  private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
  private final Thread thread;
  private boolean open = true;
  private ByteBuffer window = ByteBuffer.allocate(0);
  private @Nullable FileChannel channel;
  private long segment = -1;

  Keeper(SegmentFiles files, Answers answers, Consumer<Throwable> fatal) {
    this.files = files;
    this.answers = answers;
    this.fatal = fatal;
    this.thread = Thread.ofPlatform().name("log-keeper").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void ask(Chore chore) {
    tasks.add(() -> carryOut(chore));
  }

  /** Reads messages that are on disk; the answer is given on this thread, in the same order. */
  void read(List<Place> places, Consumer<List<Kept>> answer) {
    tasks.add(() -> {
      var messages = new ArrayList<Kept>(places.size());
      long start = -1;
      for (var place : places) {
        boolean isThere =
            start >= 0
                && place.segment() == segment
                && place.offset() >= start
                && place.offset() + place.length() <= start + window.limit();
        if (!isThere) {
          start = place.offset();
          load(place);
        }
        messages.add(
            LogFrame.message(window, place.offset() - (int) start, place)
                .orElseThrow(() -> new IOException("A message was sound and is not: " + place)));
      }
      answer.accept(messages);
    });
  }

  private void load(Place place) throws IOException {
    var in = channel(place.segment());
    long rest = in.size() - place.offset();
    int bytes = (int) Math.min(rest, Math.max(place.length(), READ_BYTES));
    if (window.capacity() < bytes) {
      window = ByteBuffer.allocate(bytes);
    }
    SegmentFiles.read(in, window.clear().limit(bytes), place.offset());
  }

  private void carryOut(Chore chore) throws IOException {
    switch (chore) {
      case Chore.Make make -> {
        if (files.make(make)) {
          answers.done(make);
        } else {
          answers.failed(make);
        }
      }
      case Chore.Remake remake -> {
        closeChannel();
        files.remake(remake);
        answers.done(remake);
      }
      case Chore.Delete delete -> {
        closeChannel();
        files.delete(delete);
        answers.done(delete);
      }
      case Chore.Read read -> {
        var bytes = ByteBuffer.allocate(read.bytes());
        SegmentFiles.read(channel(read.ordinal()), bytes, 0);
        answers.content(read, bytes);
      }
    }
  }

  private FileChannel channel(long ordinal) throws IOException {
    var now = channel;
    if (now != null && segment == ordinal) {
      return now;
    }
    closeChannel();
    now = FileChannel.open(files.path(ordinal), StandardOpenOption.READ);
    channel = now;
    segment = ordinal;
    return now;
  }

  private void closeChannel() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
    segment = -1;
  }

  private void run() {
    try {
      while (open) {
        tasks.take().run();
      }
      closeChannel();
    } catch (IOException | RuntimeException | InterruptedException e) {
      fatal.accept(e);
    }
  }

  void close() throws InterruptedException {
    tasks.add(() -> open = false);
    thread.join();
  }
}
