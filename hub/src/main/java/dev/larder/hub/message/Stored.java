package dev.larder.hub.message;

/**
 * A message in a queue.
 *
 * @param sequence its number in the queue
 */
public record Stored(long sequence, Message message) {}
