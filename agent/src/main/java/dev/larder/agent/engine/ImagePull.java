package dev.larder.agent.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.create.ImageReference;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.RegistryCredentials;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/** {@code POST /images/create}: the request, and its answer line by line. */
final class ImagePull {
  private ImagePull() {}

  /**
   * Returns when the engine says that it has the image.
   *
   * @param fields for the registry
   * @param progress as {@link Engine#pull} tells it
   */
  static void run(
      EngineHttp http,
      String image,
      Optional<RegistryCredentials> credentials,
      Map<String, String> fields,
      IntConsumer progress)
      throws EngineException {
    var reference = ImageReference.parse(image);
    var seen = new PullProgress();
    var all = new HashMap<>(fields);
    credentials.ifPresent(known -> all.put("X-Registry-Auth", registryAuth(known)));
    http.follow(
        true,
        "/images/create?fromImage="
            + encode(reference.repository())
            + "&tag="
            + encode(reference.tag()),
        all,
        line -> {
          failed(line);
          seen.take(line);
          progress.accept(seen.percent());
        });
    progress.accept(PullProgress.WHOLE);
  }

  /** Throws what a line says of a failure; {@code error} is the older form, and is to go. */
  private static void failed(JsonNode line) throws EngineException {
    var error = line.at("/errorDetail/message").asText(line.path("error").asText());
    if (!error.isEmpty()) {
      throw new EngineException(EngineException.CONFLICT, error);
    }
  }

  private static String registryAuth(RegistryCredentials credentials) {
    var auth =
        Json.object()
            .put("username", credentials.username())
            .put("password", credentials.password())
            .put("serveraddress", credentials.address());
    return Base64.getUrlEncoder().encodeToString(Json.writeBytes(auth));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
