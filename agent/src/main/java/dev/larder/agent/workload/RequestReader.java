package dev.larder.agent.workload;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Makes one request of bytes as they come. It keeps no more of them than its limits. */
final class RequestReader {
  static final int HEAD_LIMIT_BYTES = 8 << 10;
  static final int BODY_LIMIT_BYTES = 32 << 10;

  private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ByteArrayOutputStream headBytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final ChunkedBody chunks = new ChunkedBody(body, BODY_LIMIT_BYTES);
  private Optional<RequestHead> head = Optional.empty();
  private int endMatched;

  /** How far it is. */
  sealed interface Progress {
    /** Bytes are missing. */
    record More() implements Progress {}

    /** Bytes are missing that the client holds back until it is told to go on. */
    record Held() implements Progress {}

    /** What comes after it is not looked at. */
    record Whole(Request request) implements Progress {}

    /** The request can never be one. */
    record Refused(Answer answer) implements Progress {}
  }

  /** Takes what has come; not to be called again after a request or a refusal. */
  Progress take(ByteBuffer bytes) {
    try {
      var hadHead = head.isPresent();
      while (bytes.hasRemaining()) {
        if (head.isPresent() && isWhole(head.get())) {
          break;
        }
        take(bytes.get());
      }
      if (head.isEmpty()) {
        return new Progress.More();
      }
      var read = head.get();
      if (isWhole(read)) {
        return new Progress.Whole(
            new Request(read.method(), read.target(), read.contentType(), text()));
      }
      return read.expectsContinue() && !hadHead ? new Progress.Held() : new Progress.More();
    } catch (RefusedException e) {
      return new Progress.Refused(e.answer());
    }
  }

  private boolean isWhole(RequestHead read) {
    return switch (read.framing()) {
      case RequestHead.Framing.Length(var length) -> body.size() == length;
      case RequestHead.Framing.Chunked() -> chunks.isWhole();
    };
  }

  private void take(byte b) throws RefusedException {
    if (head.isEmpty()) {
      takeOfHead(b);
      return;
    }
    switch (head.get().framing()) {
      case RequestHead.Framing.Length(var _) -> body.write(b);
      case RequestHead.Framing.Chunked() -> chunks.take(b);
    }
  }

  private void takeOfHead(byte b) throws RefusedException {
    if (headBytes.size() == HEAD_LIMIT_BYTES) {
      throw new RefusedException(
          Status.FIELDS_TOO_LARGE, "path and fields have at most " + HEAD_LIMIT_BYTES + " bytes");
    }
    headBytes.write(b);
    if (b == END[endMatched]) {
      endMatched++;
    } else {
      endMatched = b == END[0] ? 1 : 0;
    }
    if (endMatched == END.length) {
      var text = headBytes.toString(StandardCharsets.ISO_8859_1);
      head =
          Optional.of(
              RequestHead.parse(text.substring(0, text.length() - END.length), BODY_LIMIT_BYTES));
    }
  }

  private String text() throws RefusedException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(body.toByteArray()))
          .toString();
    } catch (CharacterCodingException _) {
      throw new RefusedException(Status.UNPROCESSABLE, "the body is not UTF-8");
    }
  }
}
