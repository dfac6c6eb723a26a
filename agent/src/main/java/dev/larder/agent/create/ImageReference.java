package dev.larder.agent.create;

/**
 * An image's name taken apart, for a pull.
 *
 * @param repository with its registry, {@code 127.0.0.1:5000/larder-hub}
 * @param tag a tag, or a digest {@code sha256:…}; {@code latest} when none is named
 */
public record ImageReference(String repository, String tag) {
  /** The registry of names that have none. */
  public static final String DOCKER_HUB = "docker.io";

  public static ImageReference parse(String text) {
    int at = text.indexOf('@');
    if (at >= 0) {
      var name = text.substring(0, at);
      return new ImageReference(withoutTag(name), text.substring(at + 1));
    }
    var repository = withoutTag(text);
    return new ImageReference(
        repository,
        repository.length() == text.length() ? "latest" : text.substring(repository.length() + 1));
  }

  private static String withoutTag(String name) {
    int colon = name.lastIndexOf(':');
    return colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
  }

  /** As it was written, with the tag that is meant. */
  public String text() {
    return repository + (tag.contains(":") ? "@" : ":") + tag;
  }

  /** The registry's address: what comes before the first slash, if it looks like a host. */
  public String registry() {
    int slash = repository.indexOf('/');
    var first = slash < 0 ? "" : repository.substring(0, slash);
    return first.contains(".") || first.contains(":") || first.equals("localhost")
        ? first
        : DOCKER_HUB;
  }
}
