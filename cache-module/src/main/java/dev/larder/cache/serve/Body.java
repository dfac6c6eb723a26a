package dev.larder.cache.serve;

import dev.larder.cache.request.ByteRange.Parts;
import dev.larder.cache.request.ByteRange.Span;
import dev.larder.cache.slice.ObjectMeta;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What an answer sends of an object: one span, or several with a head before each and a line behind
 * the last (RFC 9110 section 14.6).
 */
final class Body {
  private static final String LINE = "\r\n";

  private final List<Span> spans;
  private final List<Buffer> heads;
  private final Buffer tail;
  private final Optional<String> type;

  private Body(List<Span> spans, List<Buffer> heads, Buffer tail, Optional<String> type) {
    this.spans = spans;
    this.heads = heads;
    this.tail = tail;
    this.type = type;
  }

  static Body of(Span span) {
    return new Body(List.of(span), List.of(Buffer.buffer()), Buffer.buffer(), Optional.empty());
  }

  static Body of(Parts parts, ObjectMeta meta) {
    var boundary = "larder-" + UUID.randomUUID();
    var type = meta.header("content-type");
    var heads = new ArrayList<Buffer>();
    for (var span : parts.spans()) {
      var head = new StringBuilder(LINE).append("--").append(boundary).append(LINE);
      if (!type.isEmpty()) {
        head.append("Content-Type: ").append(type).append(LINE);
      }
      head.append("Content-Range: ").append(contentRange(span, meta)).append(LINE).append(LINE);
      heads.add(Buffer.buffer(head.toString()));
    }
    return new Body(
        parts.spans(),
        heads,
        Buffer.buffer(LINE + "--" + boundary + "--" + LINE),
        Optional.of("multipart/byteranges; boundary=" + boundary));
  }

  static String contentRange(Span span, ObjectMeta meta) {
    return "bytes " + span.start() + "-" + (span.end() - 1) + "/" + meta.length();
  }

  int count() {
    return spans.size();
  }

  Span span(int number) {
    return spans.get(number);
  }

  /** What goes before a span; empty when it is the only one. */
  Buffer head(int number) {
    return heads.get(number);
  }

  /** What goes behind the last span. */
  Buffer tail() {
    return tail;
  }

  /** The Content-Type of several spans. */
  Optional<String> type() {
    return type;
  }

  /** All that is sent, in bytes. */
  long length() {
    long length = tail.length();
    for (int i = 0; i < spans.size(); i++) {
      length += heads.get(i).length() + spans.get(i).length();
    }
    return length;
  }

  /** Of these, the bytes of the object. */
  long contentLength() {
    return spans.stream().mapToLong(Span::length).sum();
  }

  /** All of it, cut from an object that is in memory. */
  Buffer from(Buffer object) {
    var all = Buffer.buffer(Math.toIntExact(length()));
    for (int i = 0; i < spans.size(); i++) {
      var span = spans.get(i);
      all.appendBuffer(heads.get(i));
      all.appendBuffer(object, (int) span.start(), (int) span.length());
    }
    return all.appendBuffer(tail);
  }
}
