package dev.larder.hub.message;

import java.util.List;

/**
 * What a read of a queue came to.
 *
 * @param messages in order of their sequence
 * @param next where to read on: beyond the last message and beyond those that were passed over
 *     because they were too old
 */
public record Batch(List<Stored> messages, long next) {
  public Batch {
    messages = List.copyOf(messages);
  }
}
