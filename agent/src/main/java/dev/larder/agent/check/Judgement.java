package dev.larder.agent.check;

import dev.larder.agent.check.Observation.AgentContainer;
import dev.larder.agent.check.Observation.Certificate;
import dev.larder.agent.check.Observation.Engine;
import dev.larder.agent.check.Observation.LogRotation;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Judges observations. */
public final class Judgement {
  /** Docker Engine 20.10 (docs.docker.com/engine/api, version matrix). */
  private static final int OLDEST_API_MINOR = 41;

  /** Renewal begins at two thirds; what has come to a sixth was not renewed. */
  private static final int OVERDUE_FRACTION = 6;

  /** These bound what they keep by themselves, or keep nothing on this machine's engine. */
  private static final Set<String> UNBOUNDED_DRIVERS = Set.of("json-file");

  private Judgement() {}

  /** The findings of one observation, at least one. */
  public static List<Finding> judge(Observation observation) {
    return switch (observation) {
      case Observation.Unanswered(var check, var limit) ->
          List.of(
              Finding.failure(
                  check,
                  "no answer within " + limit.toSeconds() + " s",
                  "see whether the machine is overloaded or a disk, a name server or a firewall"
                      + " swallows requests; then check again"));
      case Observation.Broken(var check, var reason, var mend) ->
          List.of(Finding.failure(check, reason, mend));
      case Observation.Skipped(var check, var reason) -> List.of(Finding.skipped(check, reason));
      case Engine engine -> List.of(engine(engine));
      case AgentContainer agent -> List.of(agent(agent));
      case Observation.Disk disk -> HostJudgement.disk(disk);
      case Observation.CloudClock clock -> List.of(CloudJudgement.clock(clock));
      case Observation.LastGoodTime time -> List.of(CloudJudgement.lastGood(time));
      case Observation.Name name -> List.of(CloudJudgement.name(name));
      case Observation.Reach reach -> List.of(CloudJudgement.reach(reach));
      case Certificate certificate -> List.of(certificate(certificate));
      case Observation.Ports ports -> HostJudgement.ports(ports);
      case Observation.Folder folder -> List.of(HostJudgement.folder(folder));
      case Observation.SecretFile file -> List.of(HostJudgement.secret(file));
      case LogRotation log -> List.of(rotation(log));
    };
  }

  private static Finding engine(Engine engine) {
    var seen = "Docker " + engine.version() + ", API " + engine.apiVersion();
    var dot = engine.apiVersion().indexOf('.');
    try {
      var minor = Integer.parseInt(engine.apiVersion().substring(dot + 1));
      return minor < OLDEST_API_MINOR
          ? Finding.failure(
              "engine",
              seen + " is older than Larder can use",
              "install Docker Engine 20.10 or newer (API 1." + OLDEST_API_MINOR + ")")
          : Finding.ok("engine", seen);
    } catch (NumberFormatException _) {
      return Finding.failure(
          "engine",
          seen + ": the version of the API cannot be read",
          "see that Docker Engine 20.10 or newer answers on the socket");
    }
  }

  private static Finding agent(AgentContainer agent) {
    if (agent.state().isEmpty()) {
      return Finding.failure(
          "agent", "the agent has no container", "run the node's deploy command again");
    }
    var state = agent.state().get();
    if (!state.equals("running")) {
      return Finding.failure(
          "agent",
          "the agent's container is " + state,
          "see its log (logs edgeAgent), then start it: restart edgeAgent");
    }
    if (agent.health().orElse("").equals("unhealthy")) {
      return Finding.failure(
          "agent",
          "the agent runs and is unhealthy: the engine does not answer it",
          "see its log (logs edgeAgent), then: restart edgeAgent");
    }
    return Finding.ok("agent", "the agent runs");
  }

  private static Finding certificate(Certificate seen) {
    var check = "certificate";
    var life = Duration.between(seen.from(), seen.until());
    var left = Duration.between(seen.here(), seen.until());
    if (!seen.matchesKey()) {
      return Finding.failure(
          check, seen.what() + " is for another key than the one beside it", seen.mend());
    }
    if (seen.here().isBefore(seen.from())) {
      return Finding.failure(
          check,
          seen.what() + " is valid only from " + seen.from() + "; this clock says " + seen.here(),
          "set this machine's clock, for one with: timedatectl set-ntp true");
    }
    if (!left.isPositive()) {
      return Finding.failure(check, seen.what() + " ended at " + seen.until(), seen.mend());
    }
    var message = seen.what() + " holds for " + remaining(left) + ", to " + seen.until();
    return left.compareTo(life.dividedBy(OVERDUE_FRACTION)) < 0
        ? Finding.warning(check, message + ", and should have been renewed", seen.mend())
        : Finding.ok(check, message);
  }

  private static String remaining(Duration left) {
    return left.toDays() > 0 ? left.toDays() + " days" : left.toMinutes() + " minutes";
  }

  private static Finding rotation(LogRotation log) {
    return UNBOUNDED_DRIVERS.contains(log.driver()) && log.maxSize().isEmpty()
        ? Finding.warning(
            "log-rotation",
            "the log of " + log.container() + " has no bound and can fill the disk",
            "set HostConfig.LogConfig.Config.max-size and max-file in the module's createOptions,"
                + " or leave LogConfig out")
        : Finding.ok(
            "log-rotation",
            log.container()
                + ": "
                + log.driver()
                + (log.maxSize().isEmpty() ? "" : ", max-size " + log.maxSize()));
  }
}
