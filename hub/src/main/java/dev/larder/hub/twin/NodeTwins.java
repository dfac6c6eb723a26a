package dev.larder.hub.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.twin.Twins;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** All twins of the node, by name. Changes are answered with what to keep and whom to tell. */
public final class NodeTwins {
  /** A node has no more; the rest is refused. */
  static final int LIMIT = 1_000;

  /**
   * A desired document that is not the one the module knew.
   *
   * @param twin after the change, to be kept
   * @param patch what to merge into the old one, {@code $version} in it
   */
  public record DesiredChange(String name, Twin twin, ObjectNode patch) {}

  /** What became of a reported patch. */
  public sealed interface Patched {
    /** Merged: keep the twin, then answer. */
    record Merged(Twin twin) implements Patched {}

    /** Refused, and nothing changed. */
    record Refused(String why) implements Patched {}
  }

  private final Map<String, Twin> twins = new TreeMap<>();

  public NodeTwins(Map<String, Twin> kept) {
    twins.putAll(kept);
  }

  public Twin twin(String name) {
    return twins.getOrDefault(name, Twin.EMPTY);
  }

  /** The names of those that are known. */
  public Set<String> names() {
    return Set.copyOf(twins.keySet());
  }

  /**
   * The cloud's word on a twin. It always counts, also when its version is lower than the known
   * one: a cloud that was set up anew from an older backup is still the cloud.
   *
   * @param desired empty when the node lost the twin
   * @return the change; empty when there is none
   */
  public Optional<DesiredChange> desired(String name, long version, Optional<ObjectNode> desired) {
    var before = twin(name);
    var document = desired.orElseGet(Json::object);
    if (before.desiredVersion() == version && before.desired().equals(document)) {
      return Optional.empty();
    }
    if (!twins.containsKey(name) && twins.size() >= LIMIT) {
      return Optional.empty();
    }
    var after = new Twin(version, document, before.reportedVersion(), before.reported());
    twins.put(name, after);
    var patch = Twins.difference(before.desired(), document);
    patch.put("$version", version);
    return Optional.of(new DesiredChange(name, after, patch));
  }

  /** A module's patch of its reported properties. */
  public Patched patch(String name, ObjectNode patch) {
    var before = twin(name);
    var reported = Twins.merge(before.reported(), patch);
    if (Json.writeBytes(reported).length > Twins.SIZE_LIMIT_BYTES) {
      return new Patched.Refused(
          "The reported properties would be larger than "
              + Twins.SIZE_LIMIT_BYTES
              + " bytes; remove some with null");
    }
    if (!twins.containsKey(name) && twins.size() >= LIMIT) {
      return new Patched.Refused("The node has " + LIMIT + " twins, which is all it may have");
    }
    var after =
        new Twin(before.desiredVersion(), before.desired(), before.reportedVersion() + 1, reported);
    twins.put(name, after);
    return new Patched.Merged(after);
  }
}
