package dev.larder.agent.engine;

import java.util.regex.Pattern;

/** What to do about the engine's refusals, in words for an administrator. */
public final class Mends {
  private static final Pattern MISSING_FOLDER =
      Pattern.compile("bind source path does not exist: (\\S+)");
  private static final Pattern NAME_TAKEN =
      Pattern.compile("container name \"/?([^\"]+)\" is already");
  private static final Pattern PORT_TAKEN =
      Pattern.compile("Bind for (\\S+) failed: port is already allocated");
  private static final Pattern ADDRESS_TAKEN =
      Pattern.compile("listen (?:tcp|udp)[46]? (\\S+): bind: address already in use");

  private Mends() {}

  /** The engine's reason, with a mend where one is known. */
  public static String explain(EngineException e) {
    var reason = e.reason();
    var folder = MISSING_FOLDER.matcher(reason);
    if (folder.find()) {
      var path = folder.group(1);
      return (path.endsWith("/larder") ? "drive folder " : "folder ")
          + path
          + " does not exist: run deploy.sh again, or: install -d -o 10000 -g 10000 -m 700 "
          + path;
    }
    var name = NAME_TAKEN.matcher(reason);
    if (name.find()) {
      return "the name "
          + name.group(1)
          + " is taken by a container that is not this node's: rename or remove that one";
    }
    var port = PORT_TAKEN.matcher(reason);
    var address = ADDRESS_TAKEN.matcher(reason);
    if (port.find()) {
      return taken(port.group(1));
    }
    return address.find() ? taken(address.group(1)) : reason;
  }

  private static String taken(String address) {
    return "port "
        + address
        + " of this machine is taken: free it, or choose another in the node's configuration";
  }
}
