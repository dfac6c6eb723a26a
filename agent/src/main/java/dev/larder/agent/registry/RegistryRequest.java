package dev.larder.agent.registry;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a pull asks of a registry (OCI distribution specification, 1.1); there is no other request
 * that the front passes on.
 *
 * @param repository empty for {@code /v2/}, by which a client learns how to log in
 */
public record RegistryRequest(Optional<String> repository) {
  private static final String ROOT = "/v2/";
  private static final Set<String> METHODS = Set.of("GET", "HEAD");
  private static final Pattern TAG_OR_DIGEST =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|[a-z0-9+._-]{1,32}:[0-9a-f]{32,128}");
  private static final Pattern DIGEST = Pattern.compile("[a-z0-9+._-]{1,32}:[0-9a-f]{32,128}");

  /** Empty for all that is no part of a pull. */
  public static Optional<RegistryRequest> of(String method, String target) {
    if (!METHODS.contains(method) || !target.startsWith(ROOT)) {
      return Optional.empty();
    }
    var path = target.substring(ROOT.length());
    return path.isEmpty()
        ? Optional.of(new RegistryRequest(Optional.empty()))
        : below(path, "/manifests/", TAG_OR_DIGEST).or(() -> below(path, "/blobs/", DIGEST));
  }

  private static Optional<RegistryRequest> below(String path, String kind, Pattern last) {
    int at = path.lastIndexOf(kind);
    return at > 0 && last.matcher(path.substring(at + kind.length())).matches()
        ? Optional.of(new RegistryRequest(Optional.of(path.substring(0, at))))
        : Optional.empty();
  }
}
