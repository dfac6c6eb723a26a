package dev.larder.agent.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.create.ImageReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;

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
    var own = new HashSet<String>();
    references.forEach(reference -> own.add(ImageReference.parse(reference).repository()));
    return tags.isEmpty() && own.containsAll(repositories);
  }
}
