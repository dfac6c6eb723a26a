package dev.larder.hub.store;

import dev.larder.hub.log.QueueIndex;

/**
 * How a queue stands.
 *
 * @param waiting messages not consumed
 * @param bytes of its segments on disk
 * @param lost what was given up since the queue was made, and why
 */
public record Counts(long waiting, long bytes, QueueIndex.State lost) {}
