package dev.larder.common.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problems;
import dev.larder.common.schedule.Offer;
import dev.larder.common.schedule.UpdateSchedule;
import dev.larder.common.schedule.Version;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The cache module's desired properties. The cloud writes them, the cache module reads them.
 *
 * @param drives where content is kept; at most {@link #MOST_DRIVES}
 * @param origins hosts served beside the built-in catalogue
 * @param groups how content of groups of origins is kept; one that is not named here is kept as the
 *     built-in catalogue or the origin says
 * @param proxy for all that goes upstream
 * @param trafficEvery how often traffic is sent as telemetry
 * @param updates the schedule and what there is to move to
 * @param parent another cache that is asked in the origins' place
 * @param limits towards clients; the defaults when absent
 */
public record CacheDesired(
    List<Drive> drives,
    List<Origin> origins,
    List<Group> groups,
    Optional<Proxy> proxy,
    Duration trafficEvery,
    Updates updates,
    Optional<Parent> parent,
    Optional<Limits> limits) {
  public static final int MOST_DRIVES = 9;

  /** With no parent and the default limits. */
  public CacheDesired(
      List<Drive> drives,
      List<Origin> origins,
      List<Group> groups,
      Optional<Proxy> proxy,
      Duration trafficEvery,
      Updates updates) {
    this(drives, origins, groups, proxy, trafficEvery, updates, Optional.empty(), Optional.empty());
  }

  public CacheDesired {
    drives = List.copyOf(drives);
    origins = List.copyOf(origins);
    groups = List.copyOf(groups);
  }

  /** Desired properties with no groups. */
  public CacheDesired(
      List<Drive> drives,
      List<Origin> origins,
      Optional<Proxy> proxy,
      Duration trafficEvery,
      Updates updates) {
    this(drives, origins, List.of(), proxy, trafficEvery, updates);
  }

  /**
   * A cache drive.
   *
   * @param path the folder as the cache module sees it
   * @param hostPath the folder as the administrator named it, for messages
   * @param sizeBytes the most that content may take there
   */
  public record Drive(String path, String hostPath, long sizeBytes) {}

  /**
   * A host that may be fetched from, exactly as a client names it.
   *
   * @param host {@code name} or {@code name:port}, in lower case
   * @param scheme {@code http} or {@code https}, towards the origin
   * @param contentType what the charts count it under
   * @param group the name under which its content is kept, shared with others of the group; by
   *     itself when there is none
   * @param allowPrivateAddress whether it may be at an address that is not of the public internet
   */
  public record Origin(
      String host,
      String scheme,
      String contentType,
      Optional<String> group,
      boolean allowPrivateAddress) {
    public Origin(String host, String scheme, String contentType, boolean allowPrivateAddress) {
      this(host, scheme, contentType, Optional.empty(), allowPrivateAddress);
    }
  }

  /**
   * Origins that serve the same content under the same path.
   *
   * @param name as origins name it; a built-in group's canonical name changes that group
   * @param keyParameters which query parameters tell objects apart; all but Microsoft's signatures
   *     when there is none
   * @param keepFor how long content is served without asking the origin again, whatever the origin
   *     says short of no-store, private and no-cache; as the origin says when there is none
   * @param contentType what the charts count it under, before what its origins say
   */
  public record Group(
      String name,
      Optional<KeyParameters> keyParameters,
      Optional<Duration> keepFor,
      Optional<String> contentType) {}

  /** An HTTP proxy without authentication. */
  public record Proxy(String host, int port) {}

  /**
   * Another Larder or Connected Cache, nearer to the origins.
   *
   * @param scheme {@code http} or {@code https}
   */
  public record Parent(String host, int port, String scheme) {}

  /**
   * What clients may take.
   *
   * @param connectionsPerClient at once, from one address
   */
  public record Limits(int connectionsPerClient) {
    public static final Limits DEFAULT = new Limits(256);
  }

  /**
   * The updates schedule.
   *
   * @param current the release that the node's manifest was rendered with
   * @param offers every newer release, whatever ring may have it when
   */
  public record Updates(UpdateSchedule schedule, Version current, List<Offer> offers) {
    public Updates {
      offers = List.copyOf(offers);
    }
  }

  /** As the twin carries it. */
  public ObjectNode write() {
    return Json.mapper().valueToTree(this);
  }

  /** Reads a twin's desired properties. */
  public static Checked<CacheDesired> read(JsonNode desired) {
    CacheDesired read;
    try {
      read = Json.mapper().treeToValue(withDefaults(desired), CacheDesired.class);
    } catch (JsonMappingException e) {
      return Checked.invalid(
          path(e), cause(e), "put it right in the node's configuration or its layers");
    } catch (JsonProcessingException e) {
      return Checked.invalid("", e.getOriginalMessage(), "send the whole desired properties");
    }
    var problems = new Problems();
    if (read.drives.size() > MOST_DRIVES) {
      problems.add("drives", "are more than " + MOST_DRIVES, "name at most 9");
    }
    for (int i = 0; i < read.drives.size(); i++) {
      if (read.drives.get(i).sizeBytes() <= 0) {
        problems.add("drives[" + i + "].sizeBytes", "is not above 0", "give the drive a size");
      }
    }
    return problems.isEmpty() ? Checked.valid(read) : Checked.invalid(problems.list());
  }

  private static JsonNode withDefaults(JsonNode desired) {
    return desired instanceof ObjectNode object && !object.hasNonNull("groups")
        ? object.deepCopy().set("groups", Json.mapper().createArrayNode())
        : desired;
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(at -> at.getFieldName() == null ? "[" + at.getIndex() + "]" : at.getFieldName())
        .collect(Collectors.joining("."))
        .replace(".[", "[");
  }

  private static String cause(JsonMappingException e) {
    return e.getCause() instanceof IllegalArgumentException inner
        ? String.valueOf(inner.getMessage())
        : e.getOriginalMessage();
  }
}
