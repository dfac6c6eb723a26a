package dev.larder.hub.log;

/**
 * Where a message lies on disk.
 *
 * @param segment its ordinal
 * @param offset of the frame in it, bytes
 * @param length of the frame, bytes
 */
public record Place(long segment, int offset, int length) {}
