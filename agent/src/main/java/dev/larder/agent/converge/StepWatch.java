package dev.larder.agent.converge;

import dev.larder.agent.plan.Step;
import java.time.Duration;

/** Is told of every step that has ended. */
@FunctionalInterface
public interface StepWatch {
  /**
   * A step has ended.
   *
   * @param moduleVersion as the manifest has it; empty for a module that it does not name
   * @param done whether it succeeded
   */
  void ran(Step step, String moduleVersion, Duration took, boolean done);
}
