package dev.larder.agent.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.create.ImageReference;
import dev.larder.agent.registry.RegistryName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an image is called on the engine.
 *
 * @param tags names with a tag
 * @param repositories whose digests it has
 */
public record ImageNames(List<String> tags, List<String> repositories) {
  public ImageNames {
    tags = List.copyOf(tags);
    repositories = List.copyOf(repositories);
  }

  static ImageNames of(JsonNode inspect) {
    var tags = new ArrayList<String>();
    inspect.path("RepoTags").forEach(tag -> tags.add(tag.asText()));
    var repositories = new ArrayList<String>();
    inspect
        .path("RepoDigests")
        .forEach(digest -> repositories.add(ImageReference.parse(digest.asText()).repository()));
    return new ImageNames(tags, repositories);
  }

  /** Whether it has no tag, and digests of no other repositories than these references'. */
  public boolean ownedBy(Collection<String> references) {
    return tags.isEmpty() && areAll(references);
  }

  /** Whether it has no other tags than these, and digests of no other repositories. */
  public boolean areAll(Collection<String> references) {
    return full(references, false).containsAll(full(repositories, false))
        && full(references, true).containsAll(full(tags, true));
  }

  /** As the engine shortens none of them. */
  private static Set<String> full(Collection<String> references, boolean withTag) {
    return references.stream()
        .map(ImageReference::parse)
        .map(name -> RegistryName.of(name).text() + (withTag ? ":" + name.tag() : ""))
        .collect(Collectors.toSet());
  }
}
