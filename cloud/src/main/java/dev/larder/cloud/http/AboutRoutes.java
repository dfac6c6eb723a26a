package dev.larder.cloud.http;

import dev.larder.cloud.store.Database;
import dev.larder.common.json.Json;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** What this cloud is, and whether it is well. */
final class AboutRoutes {
  private static final String OPENAPI = "/openapi.yaml";

  private final Database database;
  private final About about;
  private final byte[] openapi;

  /**
   * This cloud.
   *
   * @param cloudUrl what nodes are told
   */
  record About(String version, boolean development, String cloudUrl) {}

  AboutRoutes(Database database, About about) {
    this.database = database;
    this.about = about;
    try (var stream = AboutRoutes.class.getResourceAsStream(OPENAPI)) {
      if (stream == null) {
        throw new IllegalStateException("The jar lacks " + OPENAPI);
      }
      this.openapi = stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void add(Api api) {
    api.open(HttpMethod.GET, "/api/v1/about", _ -> Answer.ok(Json.mapper().valueToTree(about)));
    api.open(HttpMethod.GET, OPENAPI, _ -> Answer.bytes("application/yaml", openapi));
    api.open(HttpMethod.GET, "/health", _ -> health());
  }

  private Answer health() {
    database.read(tx -> tx.releases().all());
    return Answer.ok(Map.of("status", "healthy"));
  }
}
