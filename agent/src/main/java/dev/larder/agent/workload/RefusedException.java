package dev.larder.agent.workload;

/** A request that cannot be served; the message says what to mend and goes to the client. */
final class RefusedException extends Exception {
  private final Status status;

  RefusedException(Status status, String message) {
    super(message);
    this.status = status;
  }

  Answer answer() {
    return Answer.error(status, String.valueOf(getMessage()));
  }
}
