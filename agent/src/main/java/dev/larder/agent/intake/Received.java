package dev.larder.agent.intake;

/**
 * How the manifest last received was taken.
 *
 * @param version 0 when there was none, or it could not be read
 * @param code 200 when it is in force, otherwise as {@link Verdict.Refused#code}
 * @param description why it was refused; empty when it was not
 */
public record Received(long version, int code, String description) {
  public static final int TAKEN = 200;
  public static final Received NONE = new Received(0, TAKEN, "");

  public boolean isRefused() {
    return code != TAKEN;
  }
}
