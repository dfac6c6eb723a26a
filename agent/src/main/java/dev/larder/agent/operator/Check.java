package dev.larder.agent.operator;

import dev.larder.agent.check.CheckReport;
import dev.larder.agent.check.Judgement;
import dev.larder.agent.check.Listener;
import dev.larder.agent.check.Observation;
import dev.larder.agent.engine.NodeEngine;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.node.NodeNames;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at everything at once, and judges what was seen. */
final class Check {
  /** For all probes; those whose own bounds together are longer are named when it has passed. */
  static final Duration LIMIT = Duration.ofSeconds(25);

  private static final String ANY_INSTANCE = "larder";

  private final String agentVersion;
  private final InstantSource clock;
  private final Duration limit;

  Check(String agentVersion, InstantSource clock, Duration limit) {
    this.agentVersion = agentVersion;
    this.clock = clock;
    this.limit = limit;
  }

  /**
   * Checks the node in a folder, or says why there is none.
   *
   * @param listeners the host's, which a container cannot see by itself
   */
  CheckReport run(NodeFiles files, URI docker, Optional<List<Listener>> listeners)
      throws InterruptedException {
    var probes = new ArrayList<Probe>();
    try {
      var node = NodeAtHand.find(files, docker);
      if (node.isPresent()) {
        probes.addAll(new EngineProbes(node.get(), listeners).probes());
        probes.addAll(HostProbes.of(files));
        probes.addAll(new TrustProbes(files, clock).probes());
        probes.addAll(new CloudProbes(node.get(), clock).probes());
      } else {
        probes.addAll(
            unusable(docker, files.config() + " is missing: this machine is not enrolled"));
      }
    } catch (IOException e) {
      probes.addAll(unusable(docker, files.config() + " cannot be read: " + e));
    }
    return report(Probe.run(probes, limit));
  }

  private static List<Probe> unusable(URI docker, String why) {
    var engine = new NodeEngine(docker, new NodeNames(ANY_INSTANCE));
    return List.of(
        new Probe("engine", () -> List.of(EngineProbes.engine(engine))),
        new Probe(
            "enrolment",
            () ->
                List.of(
                    new Observation.Broken(
                        "enrolment",
                        why,
                        "run the deploy command of the node's Deployment tab in the portal; see"
                            + " that the folder is the node's own"))));
  }

  CheckReport report(List<Observation> seen) {
    var findings = seen.stream().flatMap(o -> Judgement.judge(o).stream()).toList();
    return new CheckReport(agentVersion, clock.instant(), findings);
  }
}
