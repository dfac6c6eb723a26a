package dev.larder.hub.store;

import dev.larder.common.manifest.Route;
import dev.larder.hub.message.Batch;
import dev.larder.hub.message.Message;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the store's thread is asked to do. Answers are given on the thread that the store was told.
 */
sealed interface Command {
  record Append(List<Route.Sink> sinks, Message message, Consumer<Kept> answer)
      implements Command {}

  record Read(Route.Sink sink, long from, int count, Consumer<Batch> answer) implements Command {}

  record Consume(Route.Sink sink, long position) implements Command {}

  record Configure(Limits limits) implements Command {}

  /** The last one. */
  record Close() implements Command {}
}
