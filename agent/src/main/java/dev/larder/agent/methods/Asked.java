package dev.larder.agent.methods;

import java.util.List;

/** What a direct method asks of the agent, in IoT Edge's form. */
public sealed interface Asked {
  /** Whether the agent is there. */
  record Ping() implements Asked {}

  /** Stop a module's container and start it. */
  record RestartModule(String id) implements Asked {}

  /**
   * The ends of logs.
   *
   * @param items a module goes by the first that fits it
   * @param gzip whether each log is answered as base64 of gzip instead of text
   * @param json whether lines are answered as objects
   */
  record GetModuleLogs(List<LogItem> items, boolean gzip, boolean json) implements Asked {
    public GetModuleLogs {
      items = List.copyOf(items);
    }
  }

  /** What a supporter needs to see, which IoT Edge has only as an upload. */
  record GetSupportBundle() implements Asked {}
}
