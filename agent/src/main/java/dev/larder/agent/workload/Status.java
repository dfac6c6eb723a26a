package dev.larder.agent.workload;

/** The HTTP statuses that the workload API answers with; each error is the one IoT Edge uses. */
enum Status {
  OK(200, "OK"),
  CREATED(201, "Created"),
  BAD_REQUEST(400, "Bad Request"),
  FORBIDDEN(403, "Forbidden"),
  NOT_FOUND(404, "Not Found"),
  CONTENT_TOO_LARGE(413, "Content Too Large"),
  UNPROCESSABLE(422, "Unprocessable Content"),
  FIELDS_TOO_LARGE(431, "Request Header Fields Too Large"),
  INTERNAL_ERROR(500, "Internal Server Error"),
  NOT_IMPLEMENTED(501, "Not Implemented"),
  VERSION_NOT_SUPPORTED(505, "HTTP Version Not Supported");

  private final int code;
  private final String reason;

  Status(int code, String reason) {
    this.code = code;
    this.reason = reason;
  }

  int code() {
    return code;
  }

  String reason() {
    return reason;
  }
}
