package dev.larder.cache.catalogue;

import dev.larder.cache.fresh.Terms;
import dev.larder.common.settings.KeyParameters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Origins that serve the same content under the same path.
 *
 * @param name the canonical name, under which their content is kept
 * @param keyParameters which query parameters tell objects apart; all but signatures if none
 * @param terms how content is kept
 * @param contentType what the charts count it under, whatever its origins say
 * @param paths parts of it that are otherwise
 */
public record Group(
    String name,
    Optional<KeyParameters> keyParameters,
    Terms terms,
    Optional<String> contentType,
    List<Path> paths) {
  public Group {
    paths = List.copyOf(paths);
  }

  /** A host by itself. */
  static Group alone(String name, Terms terms) {
    return new Group(name, Optional.empty(), terms, Optional.empty(), List.of());
  }

  /**
   * A part of a group.
   *
   * @param part what the path holds
   * @param changes whether objects change under the same name, so that the origin alone says how
   *     long they are kept
   */
  public record Path(String part, Optional<String> contentType, boolean changes) {}

  /** How the content of a path is kept. */
  public Terms terms(String path) {
    for (var each : paths) {
      if (each.changes && path.contains(each.part)) {
        return Terms.ORIGINS;
      }
    }
    return terms;
  }

  /** This group as an administrator changed it. */
  Group with(
      Optional<KeyParameters> otherParameters,
      Optional<Duration> keepFor,
      Optional<String> otherType) {
    return new Group(
        name,
        otherParameters.or(() -> keyParameters),
        keepFor.isPresent() ? new Terms(keepFor) : terms,
        otherType.or(() -> contentType),
        paths);
  }

  Group with(Path path) {
    var more = new ArrayList<>(paths);
    more.add(path);
    return new Group(name, keyParameters, terms, contentType, more);
  }

  Optional<String> contentType(String path) {
    for (var each : paths) {
      if (each.contentType.isPresent() && path.contains(each.part)) {
        return each.contentType;
      }
    }
    return contentType;
  }
}
