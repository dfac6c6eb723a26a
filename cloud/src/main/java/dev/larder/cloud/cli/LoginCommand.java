package dev.larder.cloud.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.net.HttpCookie;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code larder login}: the password once, then an API token of its own. */
@Command(
    name = "login",
    mixinStandardHelpOptions = true,
    description = {
      "Signs in to a cloud.",
      "Makes an API token and keeps it in ~/.config/larder/config.json, readable by you alone."
    },
    footer = {
      "",
      "Examples:",
      "  larder login --url https://cloud.example.org:8443 --ca ca.pem",
      "  larder login --url https://127.0.0.1:8443 --ca ca.pem --password-file first-login-secret"
    })
final class LoginCommand implements Callable<Integer> {
  private static final String COOKIE = "larder_session";

  private final Cloud cloud;

  @Spec private CommandSpec command = CommandSpec.create();

  @Option(names = "--url", required = true, description = "The cloud's address, https://host:port")
  private String url = "";

  @Option(
      names = "--ca",
      required = true,
      description = "The cloud's certificate (PEM), the only one that is trusted")
  private Path ca = Path.of("");

  @Option(
      names = "--password-file",
      description = "A file that holds the password, - for the standard input; asked for without")
  private Optional<String> passwordFile = Optional.empty();

  LoginCommand(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public Integer call() {
    var address = Connection.url(url);
    var pem = Connection.pem(ca);
    var file = Connection.file(cloud.environment());
    var session = signIn(address, pem, password());
    try (var client = new CloudClient(address, pem, session)) {
      var token =
          client.send("POST", CloudClient.path("tokens"), Json.object().put("name", tokenName()));
      new Connection(
              address, pem, token.path("token").asText(), Optional.of(token.path("id").asText()))
          .keep(file);
      client.delete(CloudClient.path("session"));
    }
    command.commandLine().getOut().println("Signed in to " + address + "; kept in " + file);
    command.commandLine().getOut().flush();
    return ExitCode.OK;
  }

  private static Map<String, String> signIn(URI address, String pem, String password) {
    try (var client = new CloudClient(address, pem, Map.of())) {
      JsonNode body = Json.object().put("password", password);
      var answer = client.exchange("POST", CloudClient.path("session"), body);
      return answer.headers().allValues("Set-Cookie").stream()
          .flatMap(header -> HttpCookie.parse(header).stream())
          .filter(cookie -> cookie.getName().equals(COOKIE))
          .findFirst()
          .map(
              cookie -> Map.of("Cookie", COOKIE + "=" + cookie.getValue(), "X-Larder-Request", "1"))
          .orElseThrow(() -> new CliFailure(address + " is no Larder cloud: it gave no session"));
    }
  }

  private String password() {
    if (passwordFile.isPresent()) {
      return passwordIn(passwordFile.get());
    }
    var terminal = Terminal.orFail("use --password-file");
    return Optional.ofNullable(terminal.readPassword("Password: "))
        .map(String::new)
        .orElseThrow(() -> new CliFailure("No password was given"));
  }

  private static String passwordIn(String file) {
    try {
      var text =
          file.equals("-")
              ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
              : Files.readString(Path.of(file));
      return text.strip();
    } catch (IOException e) {
      throw new CliFailure("The password file " + file + " cannot be read: " + e.getMessage());
    }
  }

  /** Tells this login apart in the portal's list of tokens. */
  private static String tokenName() {
    var name = "cli-" + host() + "-" + Instant.now().getEpochSecond();
    return name.replaceAll("[^a-zA-Z0-9_-]", "-").substring(0, Math.min(name.length(), 90));
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      return "unnamed";
    }
  }
}
