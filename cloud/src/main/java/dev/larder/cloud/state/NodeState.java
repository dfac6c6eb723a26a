package dev.larder.cloud.state;

import com.fasterxml.jackson.annotation.JsonValue;

/** The states of a node, by Connected Cache's names. */
public enum NodeState {
  NOT_CONFIGURED("notConfigured", "Not configured"),
  NEVER_PHONED_HOME("neverPhonedHome", "Never phoned home"),
  HEALTHY("healthy", "Healthy"),
  UNHEALTHY("unhealthy", "Unhealthy");

  private final String id;
  private final String text;

  NodeState(String id, String text) {
    this.id = id;
    this.text = text;
  }

  /** As the API writes it. */
  @JsonValue
  public String id() {
    return id;
  }

  /** As people read it. */
  public String text() {
    return text;
  }
}
