package dev.larder.hub.identity;

import dev.larder.common.id.DeviceId;
import dev.larder.common.id.ModuleId;

/** Who a connected client is. */
public sealed interface Identity {
  /** A module of the node. */
  record Module(ModuleId id) implements Identity {
    @Override
    public String name() {
      return id.value();
    }
  }

  /** A leaf device: a machine beside the node that speaks to its hub. */
  record Device(String id) implements Identity {
    @Override
    public String name() {
      return PREFIX + id;
    }
  }

  /** A client of the open listener, which names no one and is given only what the list gives. */
  record Anonymous() implements Identity {
    @Override
    public String name() {
      return "anonymous";
    }
  }

  /** Stands before a device's id in {@link #name()}; no module's id can hold it. */
  String PREFIX = DeviceId.PREFIX;

  /** Its name in messages, queues and logs, unlike every other's. */
  String name();
}
