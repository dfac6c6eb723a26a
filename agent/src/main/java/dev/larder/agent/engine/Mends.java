package dev.larder.agent.engine;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;

/** What to do about the engine's refusals, in words for an administrator. */
public final class Mends {
  private static final Pattern MISSING_FOLDER =
      Pattern.compile("bind source path does not exist: (\\S+)");
  private static final Pattern NAME_TAKEN =
      Pattern.compile("container name \"/?([^\"]+)\" is already");
  private static final Pattern PORT_TAKEN =
      Pattern.compile("Bind for (\\S+) failed: port is already allocated");
  private static final Pattern REGISTRY_AWAY = Pattern.compile("dial tcp:? (?:lookup )?(\\S+?):? ");
  private static final String NO_SPACE = "no space left on device";
  private static final String ENGINE_DISK = "the disk of the Docker engine";
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
    if (address.find()) {
      return taken(address.group(1));
    }
    if (isDiskFull(reason)) {
      return reason.startsWith(ENGINE_DISK) ? reason : diskFull("its data folder", reason);
    }
    var registry = REGISTRY_AWAY.matcher(reason);
    return registry.find()
        ? "the registry cannot be reached at "
            + registry.group(1)
            + ": see that it runs and that this machine reaches it. The engine says: "
            + reason
        : reason;
  }

  /** Why a file of the node's own could not be written, with a mend where one is known. */
  public static String explain(IOException e) {
    return isDiskFull(String.valueOf(e.getMessage()))
        ? "the disk of the node's own files is full: free space on it; until then what runs stays as"
            + " it is. The system says: "
            + e.getMessage()
        : e.toString();
  }

  static boolean isDiskFull(String reason) {
    return reason.toLowerCase(Locale.ROOT).contains(NO_SPACE);
  }

  /**
   * A refusal of the engine for a full disk.
   *
   * @param folder of the engine on that disk
   */
  static String diskFull(String folder, String reason) {
    return ENGINE_DISK
        + ", with "
        + folder
        + ", is full: free space on it (docker system df shows what takes it) or make it larger;"
        + " until then what runs stays as it is. The engine says: "
        + reason;
  }

  private static String taken(String address) {
    return "port "
        + address
        + " of this machine is taken: free it, or choose another in the node's configuration";
  }
}
