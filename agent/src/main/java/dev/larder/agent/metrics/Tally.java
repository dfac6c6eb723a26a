package dev.larder.agent.metrics;

import dev.larder.agent.converge.StepWatch;
import dev.larder.agent.converge.View;
import dev.larder.agent.metrics.Exposition.Kind;
import dev.larder.agent.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What the agent did since it started. Any thread may tell it. */
public final class Tally implements StepWatch {
  /** Versions of modules come and go; the agent stays. */
  private static final int MOST_SERIES = 300;

  private static final Set<String> METHODS =
      Set.of("ping", "restartmodule", "getmodulelogs", "getsupportbundle");
  private static final double MILLIS = 1000;

  private final Map<Series, Long> starts = new TreeMap<>(Series.ORDER);
  private final Map<Series, Long> stops = new TreeMap<>(Series.ORDER);
  private final Map<Series, Long> pulls = new TreeMap<>(Series.ORDER);
  private final Map<String, Histogram> latencies = new TreeMap<>();
  private final Map<String, Long> failures = new TreeMap<>();
  private final Map<String, Long> methods = new TreeMap<>();
  private final RunningTimes times = new RunningTimes();
  private long polls;
  private long pollsFailed;
  private long reports;
  private long reportsFailed;
  private Optional<Instant> contact = Optional.empty();
  private Optional<Instant> changedAt = Optional.empty();
  private Optional<Duration> deployment = Optional.empty();
  private long manifest;
  private boolean refused;
  private boolean converged;
  private int pulling;

  private record Series(String module, String version) {
    static final Comparator<Series> ORDER =
        Comparator.comparing(Series::module).thenComparing(Series::version);
  }

  @Override
  public synchronized void ran(Step step, String moduleVersion, Duration took, boolean done) {
    var series = new Series(step.module().value(), moduleVersion);
    var command =
        switch (step) {
          case Step.Pull _ -> counted(pulls, series, "pull");
          case Step.Create _ -> "create";
          case Step.Connect _ -> "connect";
          case Step.Start start ->
              counted(starts, series, start.attempt() > 0 ? "restart" : "start");
          case Step.Stop _ -> counted(stops, series, "stop");
          case Step.Remove _ -> "remove";
          case Step.Rename _, Step.SetAside _ -> "rename";
          case Step.Restore _ -> "restore";
          case Step.Reject _ -> "reject";
        };
    latencies.computeIfAbsent(command, _ -> new Histogram()).add(took);
    failures.merge(command, done ? 0L : 1L, Long::sum);
  }

  private static String counted(Map<Series, Long> counts, Series series, String command) {
    if (counts.size() >= MOST_SERIES && !counts.containsKey(series)) {
      // Its former versions make room.
      counts.keySet().removeIf(known -> known.module().equals(series.module()));
    }
    if (counts.size() < MOST_SERIES || counts.containsKey(series)) {
      counts.merge(series, 1L, Long::sum);
    }
    return command;
  }

  /** A poll for the manifest has ended; whether it was answered as it should be. */
  public synchronized void polled(boolean answered, Instant now) {
    polls++;
    pollsFailed += answered ? 0 : 1;
    contact = answered ? Optional.of(now) : contact;
  }

  /** A report was tried to be sent. */
  public synchronized void reported(boolean taken, Instant now) {
    reports += taken ? 1 : 0;
    reportsFailed += taken ? 0 : 1;
    contact = taken ? Optional.of(now) : contact;
  }

  /** A direct method came. */
  public synchronized void called(String method) {
    var name = method.toLowerCase(Locale.ROOT);
    methods.merge(METHODS.contains(name) ? name : "other", 1L, Long::sum);
  }

  /**
   * The converger has looked.
   *
   * @param isRefused whether the manifest that came last is not the one in force
   */
  public synchronized void seen(View view, boolean isRefused, Instant now) {
    times.seen(view, now);
    long version = view.manifest().map(m -> m.version()).orElse(0L);
    if (version != manifest) {
      changedAt = Optional.of(now);
    }
    if (view.converged() && changedAt.isPresent()) {
      deployment = changedAt.map(at -> Duration.between(at, now)).filter(d -> !d.isNegative());
      changedAt = Optional.empty();
    }
    manifest = version;
    refused = isRefused;
    converged = view.converged();
    pulling = view.pulls().size();
  }

  /** Writes all of it. */
  public synchronized void write(Exposition out, Instant now) {
    times.write(out, now);
    modules(out, "start", "Times that the engine was asked to start the module", starts);
    modules(out, "stop", "Times that the engine was asked to stop the module", stops);
    modules(out, "prepare_update", "Times that the module's image was fetched", pulls);
    steps(out);
    cloud(out);
    manifest(out);
  }

  private static void modules(Exposition out, String what, String help, Map<Series, Long> counts) {
    out.family(Kind.COUNTER, "edgeAgent_module_" + what + "_total", help);
    counts.forEach((series, count) ->
        out.sample(count, "module_name", series.module(), "module_version", series.version()));
  }

  private void steps(Exposition out) {
    out.family(
        Kind.HISTOGRAM,
        "edgeAgent_command_latency_seconds",
        "How long the engine took for a command, failed ones too");
    latencies.forEach((command, histogram) -> histogram.write(out, "command", command));
    out.family(Kind.COUNTER, "larder_agent_step_failures_total", "Commands that failed");
    failures.forEach((command, count) -> out.sample(count, "command", command));
    out.single(Kind.GAUGE, "larder_agent_pulls_under_way", "Images being fetched", pulling);
  }

  private void cloud(Exposition out) {
    out.single(
        Kind.COUNTER, "edgeAgent_iothub_syncs_total", "Times that the cloud was asked", polls);
    out.single(
        Kind.COUNTER,
        "edgeAgent_unsuccessful_iothub_syncs_total",
        "Times that the cloud was asked in vain",
        pollsFailed);
    out.single(Kind.COUNTER, "larder_agent_reports_sent_total", "Reports taken", reports);
    out.single(
        Kind.COUNTER, "larder_agent_reports_failed_total", "Reports not taken", reportsFailed);
    contact.ifPresent(at ->
        out.single(
            Kind.GAUGE,
            "larder_agent_last_cloud_contact_timestamp_seconds",
            "When the cloud last answered, by the node's clock",
            at.toEpochMilli() / MILLIS));
    out.family(
        Kind.COUNTER, "edgeagent_direct_method_invocations_count", "Direct methods that came");
    methods.forEach((method, count) -> out.sample(count, "method_name", method));
  }

  private void manifest(Exposition out) {
    out.single(
        Kind.GAUGE, "larder_agent_manifest_version", "In force; 0 before the first", manifest);
    out.single(
        Kind.GAUGE,
        "larder_agent_manifest_refused",
        "1 when the manifest that came last was refused",
        refused ? 1 : 0);
    out.single(
        Kind.GAUGE,
        "larder_agent_converged",
        "1 when there is nothing to do and nothing under way",
        converged ? 1 : 0);
    deployment.ifPresent(time ->
        out.single(
            Kind.GAUGE,
            "edgeAgent_deployment_time_seconds",
            "From the last change of the manifest to its being applied",
            time.toMillis() / MILLIS));
  }
}
