package dev.larder.agent.check;

import dev.larder.agent.check.Observation.Disk;
import dev.larder.agent.check.Observation.Folder;
import dev.larder.agent.check.Observation.Ports;
import dev.larder.agent.check.Observation.SecretFile;
import java.util.ArrayList;
import java.util.List;

/** Judges what is this machine's own: disks, folders, ports. */
final class HostJudgement {
  private static final long MIB = 1 << 20;
  private static final long LITTLE_BYTES = 1024 * MIB;
  private static final long NONE_BYTES = 100 * MIB;

  /** Thousandths of a file system's inodes. */
  private static final long LITTLE_INODES = 50;

  private static final long NONE_INODES = 5;
  private static final long THOUSAND = 1000;
  private static final String FREE_DISK =
      "free some: remove files, or unused images (docker image prune), or enlarge the disk";
  private static final String DEPLOY = "run the node's deploy command again";

  private HostJudgement() {}

  static List<Finding> disk(Disk disk) {
    return List.of(bytes(disk), inodes(disk));
  }

  private static Finding bytes(Disk disk) {
    var message =
        disk.what()
            + ": "
            + disk.freeBytes() / MIB
            + " MiB free of "
            + disk.totalBytes() / MIB
            + " MiB";
    if (disk.freeBytes() < NONE_BYTES) {
      return Finding.failure("disk", message, FREE_DISK);
    }
    return disk.freeBytes() < LITTLE_BYTES
        ? Finding.warning("disk", message, FREE_DISK)
        : Finding.ok("disk", message);
  }

  private static Finding inodes(Disk disk) {
    if (disk.totalInodes() <= 0) {
      return Finding.skipped("inodes", disk.what() + ": no fixed number of inodes is known");
    }
    var message = disk.what() + ": " + disk.freeInodes() + " inodes free of " + disk.totalInodes();
    var mend = "remove many small files from this file system, or make it anew with more inodes";
    long share = disk.freeInodes() * THOUSAND / disk.totalInodes();
    if (share < NONE_INODES) {
      return Finding.failure("inodes", message, mend);
    }
    return share < LITTLE_INODES
        ? Finding.warning("inodes", message, mend)
        : Finding.ok("inodes", message);
  }

  static List<Finding> ports(Ports ports) {
    if (ports.wanted().isEmpty()) {
      return List.of(Finding.skipped("ports", "the manifest publishes no port"));
    }
    if (ports.listeners().isEmpty()) {
      return List.of(
          Finding.skipped(
              "ports", "what listens on the host was not handed in (--host-sockets, see --help)"));
    }
    var findings = new ArrayList<Finding>();
    for (var wanted : ports.wanted()) {
      var taken =
          !ports.heldByNode().contains(wanted.port())
              && ports.listeners().get().stream().anyMatch(wanted::isTakenBy);
      var where = wanted.address().isEmpty() ? "" : wanted.address() + ":";
      var message = "port " + where + wanted.port() + " of " + wanted.module();
      findings.add(
          taken
              ? Finding.failure(
                  "ports",
                  message + " is taken by another program of this machine",
                  "find it with: ss -ltnp 'sport = :"
                      + wanted.port()
                      + "'; stop it, or choose another port in the node's configuration")
              : Finding.ok("ports", message + " is the node's or free"));
    }
    return findings;
  }

  static Finding folder(Folder folder) {
    var install = "put right as root: install -d -o 10000 -g 10000 -m 700 " + folder.path();
    if (!folder.isThere()) {
      return Finding.failure("folders", folder.path() + " is not there", DEPLOY);
    }
    if (!folder.isWritable()) {
      return Finding.failure(
          "folders", folder.path() + " cannot be written by the agent's user", install);
    }
    return folder.othersMayEnter() && !folder.mayBeOpen()
        ? Finding.failure("folders", folder.path() + " is open to other users", install)
        : Finding.ok("folders", folder.path() + " can be written");
  }

  static Finding secret(SecretFile file) {
    if (!file.isReadable()) {
      return Finding.failure(
          "secrets",
          file.path() + " is missing, or cannot be read by the agent's user",
          "as root: chown 10000:10000 " + file.path() + "; if it is missing, " + DEPLOY);
    }
    return file.othersMayRead()
        ? Finding.failure(
            "secrets",
            file.path() + " can be read by other users",
            "as root: chmod 600 " + file.path())
        : Finding.ok("secrets", file.path() + " is the agent's alone");
  }
}
