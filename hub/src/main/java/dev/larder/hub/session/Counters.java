package dev.larder.hub.session;

/** What the broker has done since the start; for metrics and the report. */
public final class Counters {
  /** Messages taken from clients. */
  public long received;

  /** Messages sent to clients. */
  public long sent;

  /** Messages that no route and no subscription took. */
  public long withoutTaker;

  /** Messages refused, or dropped before they were kept. */
  public long refused;

  /** QoS 0 messages dropped because their receiver did not read fast enough. */
  public long droppedSlow;

  /** Messages larger than their receiver takes. */
  public long droppedLarge;

  /** Messages whose time was over when their turn came. */
  public long expired;

  public long connects;
  public long disconnects;
  public long takeovers;
  public long twinGets;
  public long reportedPatches;
  public long directMethods;
}
