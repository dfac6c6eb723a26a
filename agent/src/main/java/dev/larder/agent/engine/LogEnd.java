package dev.larder.agent.engine;

/**
 * The end of a container's log, in whole lines.
 *
 * @param isCut whether older lines were left out to keep it short
 */
// Made for one reader and shared with nobody.
@SuppressWarnings("ArrayRecordComponent")
public record LogEnd(byte[] bytes, boolean isCut) {}
