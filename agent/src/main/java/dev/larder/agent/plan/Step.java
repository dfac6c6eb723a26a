package dev.larder.agent.plan;

import dev.larder.common.id.ModuleId;

/** One thing to do. A step is data; the shell runs it. */
public sealed interface Step {
  ModuleId module();

  /** What a failure of this step is remembered under. */
  String subject();

  /** A step on one container, under which its failures are remembered. */
  sealed interface OnContainer extends Step {
    String container();

    @Override
    default String subject() {
      return "container " + container();
    }
  }

  /** Fetch an image; runs beside the module's other steps. */
  record Pull(ModuleId module, String image) implements Step {
    @Override
    public String subject() {
      return "image " + image;
    }
  }

  /** Make the module's container under the name of a replacement. */
  record Create(ModuleId module, String spec) implements Step {
    @Override
    public String subject() {
      return "spec " + spec;
    }
  }

  /** Hang a container on the node's network again. */
  record Connect(ModuleId module, String container) implements OnContainer {}

  /**
   * Start a container.
   *
   * @param attempt 0 for the first start, n for the n-th restart in a row
   */
  record Start(ModuleId module, String container, int attempt) implements OnContainer {
    /** Of its own: what cannot be started can be put aside all the same. */
    @Override
    public String subject() {
      return "start of container " + container;
    }
  }

  record Stop(ModuleId module, String container) implements OnContainer {}

  record Remove(ModuleId module, String container) implements OnContainer {}

  /** Give the last good container the name under which it waits. */
  record SetAside(ModuleId module, String container) implements OnContainer {}

  /** Give the last good container the module's own name again. */
  record Restore(ModuleId module, String container) implements OnContainer {}

  /** Note, for good, that what a container was made from did not prove itself. */
  record Reject(ModuleId module, String spec, String reason) implements Step {
    @Override
    public String subject() {
      return "spec " + spec;
    }
  }

  /** Give a container the module's own name. */
  record Rename(ModuleId module, String container) implements OnContainer {}
}
