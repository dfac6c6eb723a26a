package dev.larder.common.route;

import dev.larder.common.id.ModuleId;

/** Whose messages a route takes. Names are compared without regard to case, as in IoT Edge. */
public sealed interface Source {
  boolean takes(RoutedMessage message);

  /** {@code /*}, {@code /messages/*}: every module's and every leaf device's. */
  record Everyone() implements Source {
    @Override
    public boolean takes(RoutedMessage message) {
      return true;
    }

    @Override
    public String toString() {
      return "/messages/*";
    }
  }

  /** {@code /messages/modules/*}: every module's, and no leaf device's. */
  record EveryModule() implements Source {
    @Override
    public boolean takes(RoutedMessage message) {
      return !message.sender().isEmpty();
    }

    @Override
    public String toString() {
      return "/messages/modules/*";
    }
  }

  /** {@code /messages/modules/<m>/*}: a module's on any output and on the unnamed one. */
  record OneModule(ModuleId module) implements Source {
    @Override
    public boolean takes(RoutedMessage message) {
      return module.value().equalsIgnoreCase(message.sender());
    }

    @Override
    public String toString() {
      return "/messages/modules/" + module + "/*";
    }
  }

  /** {@code /messages/modules/<m>/outputs/*}: a module's on any named output. */
  record EveryOutput(ModuleId module) implements Source {
    @Override
    public boolean takes(RoutedMessage message) {
      return module.value().equalsIgnoreCase(message.sender()) && !message.output().isEmpty();
    }

    @Override
    public String toString() {
      return "/messages/modules/" + module + "/outputs/*";
    }
  }

  /** {@code /messages/modules/<m>/outputs/<o>}: a module's on one output. */
  record OneOutput(ModuleId module, String output) implements Source {
    @Override
    public boolean takes(RoutedMessage message) {
      return module.value().equalsIgnoreCase(message.sender())
          && output.equalsIgnoreCase(message.output());
    }

    @Override
    public String toString() {
      return "/messages/modules/" + module + "/outputs/" + output;
    }
  }

  /**
   * What IoT Edge or IoT Hub takes as a source and this hub has no messages of, such as {@code
   * /twinChangeNotifications}.
   */
  record NoOne(String path) implements Source {
    @Override
    public boolean takes(RoutedMessage message) {
      return false;
    }

    @Override
    public String toString() {
      return path;
    }
  }
}
