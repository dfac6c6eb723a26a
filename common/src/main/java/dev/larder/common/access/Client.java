package dev.larder.common.access;

/**
 * Who wishes to do something.
 *
 * @param identity the name it has proven: a module's id, {@code device:<id>}, or {@link #ANONYMOUS}
 * @param node the id of the node
 * @param device the id of the device: of the node for a module; empty for an anonymous client
 * @param module the module's id; empty for all others
 * @param clientId what it calls itself in CONNECT
 */
public record Client(String identity, String node, String device, String module, String clientId) {
  /** The identity of a client that has proven none. */
  public static final String ANONYMOUS = "anonymous";

  /** Stands before a leaf device's id in its identity. */
  public static final String DEVICE = "device:";

  boolean isAnonymous() {
    return identity.equals(ANONYMOUS);
  }

  /** Its identity as IoT Edge writes it: {@code <node>/<module>}, {@code <device>}. */
  String iotIdentity() {
    if (!module.isEmpty()) {
      return device + "/" + module;
    }
    return device.isEmpty() ? identity : device;
  }
}
