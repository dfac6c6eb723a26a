package dev.larder.cache.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cache.catalogue.Catalogue;
import dev.larder.cache.prefetch.PrefetchJob;
import dev.larder.cache.prefetch.PrefetchOrder;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problem;
import dev.larder.common.problem.Problems;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What an administrator may do, by name: the same for the API on the node and for direct methods
 * from the cloud.
 */
public final class AdminDesk {
  private static final String METHODS =
      "purge, prefetch, prefetchStatus, cancelPrefetch, pin, unpin, pins and status";

  private final Supplier<Optional<Catalogue>> catalogue;
  private final Holdings holdings;
  private final Prefetcher prefetcher;
  private final Supplier<Object> summary;

  /**
   * @param summary what the node shows of itself
   */
  public AdminDesk(
      Supplier<Optional<Catalogue>> catalogue,
      Holdings holdings,
      Prefetcher prefetcher,
      Supplier<Object> summary) {
    this.holdings = holdings;
    this.catalogue = catalogue;
    this.prefetcher = prefetcher;
    this.summary = summary;
  }

  /** Does what is asked, and says what came of it; may touch disks. */
  public Reply call(String method, ObjectNode payload) {
    return switch (method) {
      case "purge" -> holdings.purge(payload);
      case "pin" -> holdings.keep(payload, true);
      case "unpin" -> holdings.keep(payload, false);
      case "pins" -> holdings.pins();
      case "prefetch" -> prefetch(payload);
      case "prefetchStatus" -> prefetchStatus(payload);
      case "cancelPrefetch" -> cancelPrefetch(payload);
      case "status" -> status();
      default ->
          Reply.problem(
              Reply.NOT_FOUND, "There is no method " + method + "; there are " + METHODS + ".");
    };
  }

  private Reply status() {
    ObjectNode status = Json.mapper().valueToTree(summary.get());
    status.set("prefetch", jobs());
    return Reply.of(Reply.OK, status);
  }

  private Reply prefetch(ObjectNode payload) {
    var list = catalogue.get();
    if (list.isEmpty()) {
      return Reply.problem(
          Reply.UNAVAILABLE, "The cache is waiting for its configuration from the hub.");
    }
    return switch (PrefetchOrder.read(payload)) {
      case Checked.Invalid<PrefetchOrder>(var problems) -> Reply.invalid(problems);
      case Checked.Valid<PrefetchOrder>(var order) -> {
        var problems = unknownHosts(order, list.get());
        yield problems.isEmpty() ? accept(order) : Reply.invalid(problems);
      }
    };
  }

  private static List<Problem> unknownHosts(PrefetchOrder order, Catalogue list) {
    var problems = new Problems();
    for (int i = 0; i < order.items().size(); i++) {
      Target.read(order.items().get(i).url(), "urls[" + i + "]", list)
          .problems()
          .forEach(p -> problems.add(p.path(), p.message(), p.mend()));
    }
    return problems.list();
  }

  private Reply accept(PrefetchOrder order) {
    return prefetcher
        .add(order)
        .map(job -> Reply.of(Reply.ACCEPTED, job.view()))
        .orElseGet(() ->
            Reply.problem(
                Reply.CONFLICT,
                "There are "
                    + Prefetcher.MOST_JOBS
                    + " prefetch jobs that are not over. Cancel one, or wait for one."));
  }

  private Reply prefetchStatus(ObjectNode payload) {
    if (!payload.has("id")) {
      return Reply.of(Reply.OK, Json.object().set("jobs", jobs()));
    }
    return job(prefetcher.job(payload.path("id").asText()), payload);
  }

  private Reply cancelPrefetch(ObjectNode payload) {
    return payload.path("id").isTextual()
        ? job(prefetcher.cancel(payload.path("id").asText()), payload)
        : Reply.invalid(
            List.of(new Problem("id", "is missing", "name the job; prefetchStatus lists them")));
  }

  private static Reply job(Optional<PrefetchJob> job, ObjectNode payload) {
    return job.map(found -> Reply.of(Reply.OK, found.view()))
        .orElseGet(() ->
            Reply.problem(
                Reply.NOT_FOUND,
                "There is no prefetch job " + payload.path("id").asText() + "; ask for all."));
  }

  private JsonNode jobs() {
    return Json.mapper().valueToTree(prefetcher.jobs().stream().map(PrefetchJob::view).toList());
  }
}
