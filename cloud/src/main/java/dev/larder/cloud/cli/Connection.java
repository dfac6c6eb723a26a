package dev.larder.cloud.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Which cloud the commands speak to, and as whom.
 *
 * @param ca the certificate to trust, PEM
 * @param token the API token
 * @param tokenId names the token, so that {@code logout} can withdraw it; absent for one given by
 *     the environment
 */
record Connection(URI url, String ca, String token, Optional<String> tokenId) {
  private static final String ONLY_OWNER = "rw-------";

  /** Where the connection is kept: {@code LARDER_CONFIG}, or beside the user's other settings. */
  static Path file(Map<String, String> environment) {
    var named = environment.get("LARDER_CONFIG");
    if (named != null) {
      return Path.of(named);
    }
    var settings = environment.get("XDG_CONFIG_HOME");
    var folder =
        settings == null ? Path.of(System.getProperty("user.home"), ".config") : Path.of(settings);
    return folder.resolve("larder").resolve("config.json");
  }

  /** The kept connection with what {@code LARDER_URL}, {@code _CA} and {@code _TOKEN} put over. */
  static Connection read(Map<String, String> environment) {
    var kept = kept(file(environment));
    var url = Optional.ofNullable(environment.get("LARDER_URL")).map(Connection::url);
    var ca = Optional.ofNullable(environment.get("LARDER_CA")).map(Path::of).map(Connection::pem);
    var token = Optional.ofNullable(environment.get("LARDER_TOKEN"));
    var tokenId = token.isPresent() ? Optional.<String>empty() : kept.flatMap(Connection::tokenId);
    return new Connection(
        url.or(() -> kept.map(Connection::url)).orElseThrow(Connection::notSignedIn),
        ca.or(() -> kept.map(Connection::ca)).orElseThrow(Connection::notSignedIn),
        token.or(() -> kept.map(Connection::token)).orElseThrow(Connection::notSignedIn),
        tokenId);
  }

  private static CliFailure notSignedIn() {
    return new CliFailure(
        "Not signed in to a cloud: run 'larder login --url https://host:8443 --ca ca.pem',"
            + " or set LARDER_URL, LARDER_CA and LARDER_TOKEN");
  }

  private static Optional<Connection> kept(Path file) {
    try {
      return Optional.of(Json.mapper().readValue(Files.readAllBytes(file), Connection.class));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (JsonProcessingException _) {
      throw new CliFailure(file + " is not readable as JSON: delete it and run 'larder login'");
    } catch (IOException e) {
      throw new CliFailure(file + " cannot be read: " + e.getMessage());
    }
  }

  /** Keeps the connection where only its owner reads it. */
  void keep(Path file) {
    try {
      AtomicFile.write(file, Json.writeBytes(this), ONLY_OWNER);
    } catch (IOException e) {
      throw new CliFailure(file + " cannot be written: " + e.getMessage());
    }
  }

  static URI url(String text) {
    try {
      var url = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      if ("https".equals(url.getScheme()) && url.getHost() != null) {
        return url;
      }
    } catch (URISyntaxException _) {
      // Answered as any other address that is not the cloud's.
    }
    throw new CliFailure("The cloud's address is https://host:port, not " + text);
  }

  static String pem(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException _) {
      throw new CliFailure(
          "The cloud's certificate "
              + file
              + " cannot be read: name the file keys/ca.crt of the cloud's data folder, or cloud-ca.pem of a"
              + " deployment bundle");
    }
  }
}
