import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The hub, with no cloud: its plain listener for everybody, its TLS port for two modules that routes join. As a node runs
 * it, which is its image, or as a process of this machine's JDK.
 */
final class Larder {
  /** Its TLS port is so much higher than the plain one. */
  static final int TLS = 100;

  private static final String NODE = "00000000-0000-4000-8000-000000000001";
  private static final byte[] SECRET = new byte[32];
  private static final String DOCUMENT =
      """
      {"schemaVersion":"1.2",
       "routes":{
        "there":"FROM /messages/modules/bench-a/outputs/trip INTO BrokeredEndpoint(\\"/modules/bench-b/inputs/trip\\")",
        "back":"FROM /messages/modules/bench-b/outputs/trip INTO BrokeredEndpoint(\\"/modules/bench-a/inputs/trip\\")"},
       "storeAndForwardConfiguration":{"timeToLiveSecs":3600,"storeLimits":{"maxSizeBytes":1073741824}},
       "mqttBroker":{"authorizations":[{"identities":["anonymous"],
        "allow":[{"operations":["mqtt:connect","mqtt:publish","mqtt:subscribe"],"resources":["#"]}]}]}}
      """;

  private Larder() {}

  /** The load program's options for a trip between the modules, by routes, at QoS 1 over TLS. */
  static List<String> moduleOptions() throws GeneralSecurityException {
    var options = new ArrayList<>(List.of("--tls"));
    for (var side : List.of("a", "b")) {
      var module = "bench-" + side;
      var base = "devices/" + NODE + "/modules/" + module;
      options.addAll(
          List.of(
              "--" + side + "-id", NODE + "/" + module,
              "--" + side + "-user", "hub/" + NODE + "/" + module + "/?api-version=2021-04-12&generation=1",
              "--" + side + "-password", password(module + ":1"),
              "--" + side + "-sends", base + "/messages/events/%24.on=trip",
              "--" + side + "-hears", base + "/inputs/#"));
    }
    return options;
  }

  private static String password(String text) throws GeneralSecurityException {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
    return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Makes its identity and its data folder, unless they are there. */
  private static void prepare(Path folder) throws IOException, InterruptedException {
    var identity = folder.resolve("identity");
    if (Files.exists(identity)) {
      return;
    }
    Files.createDirectories(identity);
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(
        identity.resolve("identity.json"),
        """
        {"customerId":"%1$s","cacheNodeId":"%1$s","moduleId":"hub","generation":"1","hubHost":"hub","hubPort":8883}
        """
            .formatted(NODE));
    Files.writeString(identity.resolve("node-secret"), Base64.getEncoder().encodeToString(SECRET) + "\n");
    Files.writeString(identity.resolve("edgehub.json"), DOCUMENT);
    Machine.run(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj",
        "/CN=hub", "-addext", "subjectAltName=DNS:hub,DNS:localhost,IP:127.0.0.1",
        "-keyout", identity.resolve("server.key").toString(), "-out", identity.resolve("server.crt").toString());
    Files.copy(identity.resolve("server.crt"), identity.resolve("trust.pem"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static Map<String, String> environment(Path identity, Path data, int port) {
    var environment = new LinkedHashMap<String, String>();
    environment.put("LARDER_IDENTITY", identity.toString());
    environment.put("LARDER_DATA", data.toString());
    environment.put("LARDER_EDGEHUB", identity.resolve("edgehub.json").toString());
    environment.put("LARDER_MQTT_OPEN", "127.0.0.1:" + port);
    environment.put("LARDER_MQTT_PORT", "" + (port + TLS));
    environment.put("LARDER_WS_PORT", "0");
    environment.put("LARDER_HEALTH_PORT", "0");
    return environment;
  }

  /** The hub, however it is run: it is quick, and it keeps. */
  sealed interface Hub extends Broker permits Plain, Image {
    @Override
    default String name() {
      return "Larder";
    }

    @Override
    default boolean keeps() {
      return true;
    }

    @Override
    default boolean isQuick() {
      return true;
    }
  }

  /** Built classes, with the options of the image but its class archive. */
  static final class Plain extends Broker.Program implements Hub {
    private final Path app;
    private final Path options;

    Plain(Path app, Path options) {
      this.app = app;
      this.options = options;
    }

    @Override
    List<String> command(Path folder, int port) throws IOException, InterruptedException {
      prepare(folder);
      return List.of(
          Broker.java(), "-XX:+UseCompactObjectHeaders", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData",
          "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "@" + options, "-cp",
          app.resolve("larder-hub.jar") + ":" + app.resolve("lib") + "/*", "dev.larder.hub.HubMain");
    }

    @Override
    Map<String, String> environment(Path folder, int port) {
      return Larder.environment(folder.resolve("identity"), folder.resolve("data"), port);
    }
  }

  /** The image as a node runs it, but on the host's network: no userland proxy. */
  static final class Image implements Hub {
    private static final String CONTAINER = "larder-bench-hub";
    private static final Path IDENTITY = Path.of("/run/larder");
    private static final Path DATA = Path.of("/data");
    private final String image;

    Image(String image) {
      this.image = image;
    }

    @Override
    public void start(Path folder, int port) throws IOException, InterruptedException {
      prepare(folder);
      Machine.run("chmod", "a+rx", folder.getParent().toString(), folder.toString());
      Machine.run("chown", "-R", "10000:10000", folder.resolve("data").toString(), folder.resolve("identity").toString());
      kill();
      var command =
          new ArrayList<>(
              List.of(
                  "docker", "run", "--detach", "--name", CONTAINER, "--network", "host", "--cpuset-cpus", "0", "--read-only",
                  "--cap-drop", "ALL", "--no-healthcheck", "--ulimit", "nofile=16384:16384", "--tmpfs", "/tmp", "--label",
                  "dev.larder.test=bench", "--volume", folder.resolve("identity") + ":" + IDENTITY + ":ro", "--volume",
                  folder.resolve("data") + ":" + DATA));
      environment(IDENTITY, DATA, port).forEach((name, value) -> command.addAll(List.of("--env", name + "=" + value)));
      command.add(image);
      Machine.run(command.toArray(String[]::new));
    }

    @Override
    public long pid() throws IOException, InterruptedException {
      return Long.parseLong(Machine.run("docker", "inspect", "--format", "{{.State.Pid}}", CONTAINER).strip());
    }

    @Override
    public void kill() throws IOException, InterruptedException {
      Machine.run("docker", "rm", "--force", CONTAINER);
    }
  }
}
