package dev.larder.agent.enrol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.node.NodeNames;
import dev.larder.agent.proxy.HttpProxy;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problems;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the deploy script hands the {@code enrol} command on its standard input.
 *
 * @param cloudCa the PEM text of the only authority that the cloud's certificate may be from
 */
public record EnrolRequest(
    URI cloudUrl,
    CustomerId customerId,
    CacheNodeId cacheNodeId,
    String customerKey,
    String registrationKey,
    NodeNames names,
    Path dataDir,
    String cloudCa,
    Optional<HttpProxy> proxy) {
  private static final String DEFAULT_INSTANCE = "larder";
  private static final String COPY = "copy the command from the portal's Deployment tab";

  /** Without the two keys and the proxy's password. */
  @Override
  public String toString() {
    return "EnrolRequest[" + cacheNodeId + " at " + cloudUrl + "]";
  }

  /** Reads the JSON object, noting every problem. */
  public static Checked<EnrolRequest> read(byte[] json) {
    JsonNode document;
    try {
      document = Json.mapper().readTree(json);
    } catch (IOException e) {
      return Checked.invalid(
          "", "standard input is not JSON in UTF-8", "hand the enrol command one JSON object");
    }
    var problems = new Problems();
    var fields = new Fields(document, problems);
    var cloudUrl = fields.get("cloudUrl", EnrolRequest::https, COPY);
    var customer = fields.get("customerId", CustomerId::of, COPY);
    var node = fields.get("cacheNodeId", CacheNodeId::of, COPY);
    var customerKey = fields.get("customerKey", Function.identity(), COPY);
    var registrationKey = fields.get("registrationKey", Function.identity(), COPY);
    var dataDir = fields.get("dataDir", EnrolRequest::absolute, "name the node's data folder");
    var cloudCa = fields.get("cloudCa", Function.identity(), "give the cloud's CA certificate");
    var names =
        document.hasNonNull("instance")
            ? fields.get("instance", NodeNames::new, "choose another instance name")
            : Optional.of(new NodeNames(DEFAULT_INSTANCE));
    var proxy = proxy(document, problems);
    if (!problems.isEmpty()) {
      return Checked.invalid(problems.list());
    }
    return Checked.valid(
        new EnrolRequest(
            cloudUrl.orElseThrow(),
            customer.orElseThrow(),
            node.orElseThrow(),
            customerKey.orElseThrow(),
            registrationKey.orElseThrow(),
            names.orElseThrow(),
            dataDir.orElseThrow(),
            cloudCa.orElseThrow(),
            proxy));
  }

  private record Fields(JsonNode document, Problems problems) {
    <T> Optional<T> get(String name, Function<String, T> reading, String mend) {
      var text = document.path(name).asText("");
      if (text.isBlank()) {
        problems.add(name, "is missing", mend);
        return Optional.empty();
      }
      try {
        return Optional.of(reading.apply(text.strip()));
      } catch (IllegalArgumentException e) {
        problems.add(name, String.valueOf(e.getMessage()), mend);
        return Optional.empty();
      }
    }
  }

  private static URI https(String text) {
    var url = URI.create(text);
    if (!"https".equals(url.getScheme()) || url.getHost() == null) {
      throw new IllegalArgumentException("is no https://host:port address: " + text);
    }
    return url;
  }

  private static Optional<HttpProxy> proxy(JsonNode document, Problems problems) {
    var url = document.path("proxyUrl").asText("").strip();
    var password = document.path("proxyPassword").asText("");
    if (url.isEmpty()) {
      if (!password.isEmpty()) {
        problems.add(
            "proxyPassword", "is given without proxyUrl", "name the proxy, or leave it out");
      }
      return Optional.empty();
    }
    return switch (HttpProxy.read(url, password)) {
      case Checked.Valid<HttpProxy>(var proxy) -> Optional.of(proxy);
      case Checked.Invalid<HttpProxy>(var found) -> {
        found.forEach(problems::add);
        yield Optional.empty();
      }
    };
  }

  private static Path absolute(String text) {
    var path = Path.of(text);
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("is not an absolute path: " + text);
    }
    return path;
  }
}
