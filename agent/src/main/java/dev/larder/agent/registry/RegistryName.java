package dev.larder.agent.registry;

import dev.larder.agent.create.ImageReference;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a repository is.
 *
 * @param registry as images name it, {@code registry.example:5000}; Docker Hub is {@code docker.io}
 * @param repository below the registry, {@code library/busybox}
 */
public record RegistryName(String registry, String repository) {
  private static final String HUB_ALIAS = "index.docker.io";

  /** Where Docker Hub speaks the registry protocol. */
  private static final String HUB_HOST = "registry-1.docker.io";

  private static final Pattern LOOPBACK =
      Pattern.compile("(?i:localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1])(?::[0-9]+)?");

  public static RegistryName of(ImageReference image) {
    var written = image.repository();
    var registry = image.registry();
    var path =
        written.startsWith(registry + "/") ? written.substring(registry.length() + 1) : written;
    registry = named(registry);
    var isBare = registry.equals(ImageReference.DOCKER_HUB) && path.indexOf('/') < 0;
    return new RegistryName(registry, isBare ? "library/" + path : path);
  }

  /** The one name of a registry that has two. */
  public static String named(String registry) {
    var hub = ImageReference.DOCKER_HUB;
    return registry.equalsIgnoreCase(HUB_ALIAS) || registry.equalsIgnoreCase(hub) ? hub : registry;
  }

  /** Whether an address, {@code registry.example:5000} in any case, is the registry's. */
  public boolean isAt(String address) {
    return named(address).equalsIgnoreCase(registry);
  }

  /** Registry and repository, the same for all ways to write them. */
  public String text() {
    return registry.toLowerCase(Locale.ROOT) + "/" + repository;
  }

  /** {@code host} or {@code host:port} that speaks the registry protocol. */
  public String host() {
    return registry.equals(ImageReference.DOCKER_HUB) ? HUB_HOST : registry;
  }

  /** Whether it is on the engine's own machine, so that no line leads to it. */
  public boolean isOnThisMachine() {
    return LOOPBACK.matcher(registry).matches();
  }
}
