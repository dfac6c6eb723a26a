package dev.larder.agent.plan;

import dev.larder.common.id.ModuleId;

/** One thing to do. A step is data; the shell runs it. */
public sealed interface Step {
  ModuleId module();

  /** What a failure of this step is remembered under. */
  String subject();

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
  record Connect(ModuleId module, String container) implements Step {
    @Override
    public String subject() {
      return "container " + container;
    }
  }

  /**
   * Start a container.
   *
   * @param attempt 0 for the first start, n for the n-th restart in a row
   */
  record Start(ModuleId module, String container, int attempt) implements Step {
    @Override
    public String subject() {
      return "container " + container;
    }
  }

  record Stop(ModuleId module, String container) implements Step {
    @Override
    public String subject() {
      return "container " + container;
    }
  }

  record Remove(ModuleId module, String container) implements Step {
    @Override
    public String subject() {
      return "container " + container;
    }
  }

  /** Give a container the module's own name. */
  record Rename(ModuleId module, String container) implements Step {
    @Override
    public String subject() {
      return "container " + container;
    }
  }
}
