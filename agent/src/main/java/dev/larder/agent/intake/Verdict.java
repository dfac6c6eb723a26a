package dev.larder.agent.intake;

import dev.larder.common.manifest.NodeManifest;

/** What came of a manifest. */
public sealed interface Verdict {
  record Accepted(NodeManifest manifest) implements Verdict {}

  /**
   * What was in force stays in force.
   *
   * @param version that it claimed to have; 0 when it could not be read
   * @param code IoT Edge's: 400 not readable, 401 not verified, 412 schema; and ours: 403 not
   *     allowed by the host policy
   * @param description every problem, for a person
   */
  record Refused(long version, int code, String description) implements Verdict {}
}
