package dev.larder.agent.workload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.trust.Authority;
import dev.larder.agent.trust.NodeKey;
import dev.larder.agent.trust.Pem;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.trust.ModuleKey;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What one module is answered: IoT Edge's workload API ({@code edgelet/api/workload.yaml}, and
 * where that leaves room the daemon of IoT Edge 1.6), for signatures, server certificates and
 * trust. There is no other module on the socket, so that another's name or generation is forbidden.
 */
final class WorkloadApi {
  /** The one that modules are told to use. */
  static final String VERSION = "2022-08-03";

  /** All that IoT Edge 1.6 takes. */
  private static final Set<String> VERSIONS =
      Set.of(
          "2018-06-28",
          "2019-01-30",
          "2019-10-22",
          "2019-11-05",
          "2020-07-07",
          "2021-12-07",
          VERSION);

  private static final Duration CERTIFICATE_LIFE_MAXIMUM = Duration.ofDays(90);

  /** Of a certificate's common name (RFC 5280, ub-common-name). */
  private static final int COMMON_NAME_MAXIMUM = 64;

  private static final Pattern OF_MODULE =
      Pattern.compile("/modules/([^/]+)/genid/([^/]+)/(sign|certificate/server)");

  private final ModuleId module;
  private final String generation;
  private final List<String> names;
  private final byte[] nodeSecret;
  private final Authority authority;

  /**
   * Answers one module.
   *
   * @param names that its certificates may be for
   * @param nodeSecret K
   */
  WorkloadApi(
      ModuleId module,
      String generation,
      List<String> names,
      byte[] nodeSecret,
      Authority authority) {
    this.module = module;
    this.generation = generation;
    this.names = List.copyOf(names);
    this.nodeSecret = nodeSecret.clone();
    this.authority = authority;
  }

  String generation() {
    return generation;
  }

  /**
   * Answers a request.
   *
   * @param here the time by the clock of this machine
   * @param latest the time that it may be
   */
  Answer answer(Request request, Instant here, Instant latest) {
    try {
      return checked(request, here, latest);
    } catch (RefusedException e) {
      return e.answer();
    } catch (GeneralSecurityException e) {
      return Answer.error(Status.INTERNAL_ERROR, String.valueOf(e.getMessage()));
    }
  }

  private Answer checked(Request request, Instant here, Instant latest)
      throws RefusedException, GeneralSecurityException {
    var target = request.target().split("\\?", 2);
    checkVersion(target.length == 2 ? target[1] : "");
    if (target[0].equals("/trust-bundle")) {
      requireMethod(request, "GET");
      return trustBundle();
    }
    var path = OF_MODULE.matcher(target[0]);
    if (!path.matches()) {
      throw new RefusedException(Status.NOT_FOUND, "not found");
    }
    requireMethod(request, "POST");
    requireOwn(decoded(path.group(1)), decoded(path.group(2)));
    return path.group(3).equals("sign")
        ? sign(object(request))
        : serverCertificate(object(request), here, latest);
  }

  private static void checkVersion(String query) throws RefusedException {
    var version = Optional.<String>empty();
    for (var parameter : query.split("&", -1)) {
      if (parameter.startsWith("api-version=")) {
        version = Optional.of(decoded(parameter.substring(parameter.indexOf('=') + 1)));
      }
    }
    if (version.isEmpty()) {
      throw new RefusedException(
          Status.BAD_REQUEST, "api-version not specified: add ?api-version=" + VERSION);
    }
    if (!VERSIONS.contains(version.get())) {
      throw new RefusedException(
          Status.BAD_REQUEST, "invalid api-version \"" + version.get() + "\": use " + VERSION);
    }
  }

  private static String decoded(String text) throws RefusedException {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw new RefusedException(Status.BAD_REQUEST, "the path's percent-encoding is malformed");
    }
  }

  /** IoT Edge says 400, not 405. */
  private static void requireMethod(Request request, String method) throws RefusedException {
    if (!request.method().equals(method)) {
      throw new RefusedException(Status.BAD_REQUEST, "method not allowed: use " + method);
    }
  }

  /** A system module may write its twin's name, {@code $edgeHub}. */
  private void requireOwn(String name, String generationId) throws RefusedException {
    var isOwnName =
        name.equals(module.value())
            || (module.equals(ModuleId.HUB) && name.equals("$" + module.value()));
    if (!isOwnName || !generationId.equals(generation)) {
      throw new RefusedException(
          Status.FORBIDDEN,
          "forbidden: this socket is for module "
              + module
              + " of the generation in its IOTEDGE_MODULEGENERATIONID alone");
    }
  }

  private static JsonNode object(Request request) throws RefusedException {
    var body = request.json();
    if (body.isEmpty()) {
      throw new RefusedException(
          Status.BAD_REQUEST, "missing request body: send JSON as application/json");
    }
    try {
      var node = Json.mapper().readTree(body.get());
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException _) {
      // Told below: what the parser says may quote the body.
    }
    throw new RefusedException(Status.UNPROCESSABLE, "the body is not one JSON object");
  }

  private static Optional<String> text(JsonNode body, String field) throws RefusedException {
    var value = body.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw new RefusedException(Status.UNPROCESSABLE, field + " is not a text");
    }
    return Optional.of(value.asText());
  }

  private static String required(JsonNode body, String field) throws RefusedException {
    var text = text(body, field);
    if (text.isEmpty()) {
      throw new RefusedException(Status.UNPROCESSABLE, field + " is missing");
    }
    return text.get();
  }

  private Answer trustBundle() throws GeneralSecurityException {
    var bundle = Json.object().put("certificate", Pem.write(authority.certificate()));
    return new Answer(Status.OK, Json.write(bundle));
  }

  private Answer sign(JsonNode body) throws RefusedException {
    if (!text(body, "algo").orElse("HMACSHA256").equalsIgnoreCase("HMACSHA256")) {
      throw new RefusedException(Status.UNPROCESSABLE, "algo: the only one is HMACSHA256");
    }
    byte[] data;
    try {
      data = Base64.getDecoder().decode(required(body, "data"));
    } catch (IllegalArgumentException _) {
      throw new RefusedException(Status.UNPROCESSABLE, "data is not base64");
    }
    var key = ModuleKey.derive(nodeSecret, module, keyGeneration(body));
    var digest = Base64.getEncoder().encodeToString(ModuleKey.sign(key, data));
    return new Answer(Status.OK, Json.write(Json.object().put("digest", digest)));
  }

  /**
   * IoT Edge's libraries sign with {@code primary} and cannot name a generation to the hub, which
   * then looks for the key of the empty one. {@code secondary} is the key in the module's folder,
   * for a client that names it.
   */
  private String keyGeneration(JsonNode body) throws RefusedException {
    return switch (text(body, "keyId").orElse("primary")) {
      case "primary" -> "";
      case "secondary" -> generation;
      default ->
          throw new RefusedException(Status.NOT_FOUND, "keyId: a key is primary or secondary");
    };
  }

  private Answer serverCertificate(JsonNode body, Instant here, Instant latest)
      throws RefusedException, GeneralSecurityException {
    var commonName = required(body, "commonName");
    if (names.stream().noneMatch(commonName::equalsIgnoreCase)) {
      throw new RefusedException(
          Status.FORBIDDEN,
          "commonName: a certificate of module " + module + " is for " + String.join(", ", names));
    }
    var until = until(text(body, "expiration"), latest);
    var pair = NodeKey.generate();
    var certificate = authority.server(pair.getPublic(), subjects(commonName), here, until);
    var answer = Json.object();
    answer.putObject("privateKey").put("type", "key").put("bytes", Pem.write(pair.getPrivate()));
    answer
        .put("certificate", Pem.write(certificate) + Pem.write(authority.certificate()))
        .put("expiration", certificate.getNotAfter().toInstant().toString());
    return new Answer(Status.CREATED, Json.write(answer));
  }

  /** As IoT Edge has it: the asked name, which is the subject's, and the module's id. */
  private List<String> subjects(String commonName) {
    var subjects = new LinkedHashSet<String>();
    if (commonName.length() <= COMMON_NAME_MAXIMUM) {
      subjects.add(commonName.toLowerCase(Locale.ROOT));
    }
    subjects.add(module.value().toLowerCase(Locale.ROOT));
    subjects.add(commonName.toLowerCase(Locale.ROOT));
    return List.copyOf(subjects);
  }

  /** No later than asked for, than the longest life and than the authority itself. */
  private Instant until(Optional<String> asked, Instant now) throws RefusedException {
    var until = now.plus(CERTIFICATE_LIFE_MAXIMUM);
    var authorityEnds = authority.certificate().getNotAfter().toInstant();
    if (authorityEnds.isBefore(until)) {
      until = authorityEnds;
    }
    if (asked.isPresent()) {
      var wanted = instant(asked.get());
      if (wanted.isBefore(until)) {
        until = wanted;
      }
    }
    if (!until.isAfter(now)) {
      throw new RefusedException(
          Status.BAD_REQUEST,
          "expiration: " + until + " is not later than now, which is " + now + " on this node");
    }
    return until;
  }

  private static Instant instant(String text) throws RefusedException {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException _) {
      throw new RefusedException(
          Status.BAD_REQUEST, "expiration is not a time like 2030-01-31T00:00:00Z");
    }
  }
}
