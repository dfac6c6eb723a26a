package dev.larder.common.access;

import java.util.Arrays;
import java.util.Optional;

/** What a statement allows or denies. */
public enum Operation {
  CONNECT("mqtt:connect"),
  PUBLISH("mqtt:publish"),
  SUBSCRIBE("mqtt:subscribe");

  private final String text;

  Operation(String text) {
    this.text = text;
  }

  public static Optional<Operation> of(String text) {
    return Arrays.stream(values()).filter(o -> o.text.equals(text)).findFirst();
  }

  @Override
  public String toString() {
    return text;
  }
}
