package dev.larder.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.TestDocker;
import dev.larder.agent.identity.ModuleIdentities;
import dev.larder.agent.node.NodeConfig;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.trust.Authority;
import dev.larder.agent.trust.Pem;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.identity.ModuleIdentity.Endpoint;
import dev.larder.common.json.Json;
import dev.larder.common.trust.ModuleKey;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real sockets, asked with curl. */
class WorkloadsIT {
  private static final ModuleId PRESS = ModuleId.of("press");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String DATA = "eA==";

  @TempDir private Path dataDir;
  private final byte[] secret = new byte[ModuleKey.NODE_SECRET_BYTES];
  private NodeFiles files;
  private NodeConfig config;
  private Workloads workloads;
  private ModuleIdentities identities;

  @BeforeEach
  void start() throws Exception {
    files = new NodeFiles(dataDir);
    Arrays.fill(secret, (byte) 7);
    var authority = Authority.create("test", Instant.now());
    put(files.nodeSecret(), Base64.getEncoder().encodeToString(secret));
    put(files.authorityKey(), Pem.write(authority.key()));
    put(files.authorityCertificate(), Pem.write(authority.certificate()));
    config =
        new NodeConfig(
            URI.create("https://cloud.example"),
            new CustomerId(UUID.randomUUID()),
            new CacheNodeId(UUID.randomUUID()),
            "node",
            "larder",
            dataDir.toString(),
            new Endpoint("cloud.example", 8883),
            Optional.empty());
    startAgain();
    identities.write(PRESS, Instant.now());
  }

  private void startAgain() throws Exception {
    workloads = new Workloads(files, config, InstantSource.system(), InstantSource.system());
    workloads.openAll();
    identities = new ModuleIdentities(files, config, workloads, InstantSource.system());
  }

  @AfterEach
  void stop() throws Exception {
    workloads.close();
  }

  private static void put(Path file, String text) throws IOException {
    AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8), NodeFiles.SECRET);
  }

  private Path socket(ModuleId module) {
    return files.identity(module).resolve(ModuleIdentity.WORKLOAD);
  }

  private String generation(ModuleId module) throws IOException {
    return ModuleIdentity.read(files.identity(module)).generation();
  }

  /** In the folder, so that its length does not matter; answers the body and the status. */
  private String curl(ModuleId module, String target, String... arguments) throws Exception {
    var command =
        new ArrayList<>(List.of("curl", "-sS", "-m", "20", "-w", " %{http_code}", "--unix-socket"));
    command.addAll(List.of(ModuleIdentity.WORKLOAD, "http://localhost" + target));
    command.addAll(List.of(arguments));
    return run(new ProcessBuilder(command).directory(files.identity(module).toFile()));
  }

  private static String run(ProcessBuilder builder) throws Exception {
    var process = builder.redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return output;
  }

  private String sign(ModuleId module, String name, String generation, String... more)
      throws Exception {
    var arguments =
        new ArrayList<>(
            List.of("-H", "Content-Type: application/json", "-d", "{\"data\":\"" + DATA + "\"}"));
    arguments.addAll(List.of(more));
    var target = "/modules/" + name + "/genid/" + generation + "/sign?api-version=2018-06-28";
    return curl(module, target, arguments.toArray(String[]::new));
  }

  private String signed(ModuleId module) {
    var digest = ModuleKey.sign(ModuleKey.derive(secret, module, ""), new byte[] {'x'});
    return Json.object().put("digest", Base64.getEncoder().encodeToString(digest)) + " 200";
  }

  @Test
  void servesAModuleAndNoOther() throws Exception {
    assertThat(sign(PRESS, "press", generation(PRESS))).isEqualTo(signed(PRESS));
    assertThat(sign(PRESS, "press", generation(PRESS), "-H", "Transfer-Encoding: chunked"))
        .isEqualTo(signed(PRESS));
    assertThat(sign(PRESS, "press", generation(PRESS), "-H", "Expect: 100-continue"))
        .isEqualTo(signed(PRESS));
    assertThat(sign(PRESS, "press", generation(PRESS), "--http1.0")).isEqualTo(signed(PRESS));
    assertThat(sign(PRESS, "cache", generation(PRESS))).contains("message").endsWith(" 403");
    assertThat(sign(PRESS, "press", "another")).contains("message").endsWith(" 403");
    assertThat(curl(PRESS, "/trust-bundle?api-version=2018-06-28"))
        .contains("BEGIN CERTIFICATE")
        .endsWith(" 200");
    assertThat(curl(PRESS, "/trust-bundle")).contains("api-version").endsWith(" 400");
  }

  @Test
  void answersWhatIsTooLargeOrMalformedAndServesOn() throws Exception {
    var large = dataDir.resolve("large");
    Files.writeString(large, "x".repeat(200_000));
    assertThat(sign(PRESS, "press", "1", "--data-binary", "@" + large, "-H", "Expect:"))
        .contains("at most")
        .endsWith(" 413");
    assertThat(curl(PRESS, "/", "-H", "X: " + "x".repeat(9000))).endsWith(" 431");
    assertThat(curl(PRESS, "/", "-H", "Content-Length: x")).endsWith(" 400");
    assertThat(sign(PRESS, "press", generation(PRESS))).isEqualTo(signed(PRESS));
  }

  @Test
  void aCertificateWorksInOpenSsl() throws Exception {
    var target =
        "/modules/press/genid/" + generation(PRESS) + "/certificate/server?api-version=2022-08-03";
    var body = "{\"commonName\":\"press\",\"expiration\":\"2099-01-01T00:00:00Z\"}";
    var answer = curl(PRESS, target, "-H", "Content-Type: application/json", "-d", body);
    assertThat(answer).endsWith(" 201");
    var json = Json.mapper().readTree(answer.substring(0, answer.length() - 4));
    var chain = dataDir.resolve("chain.pem");
    Files.writeString(chain, json.get("certificate").asText());
    var verify =
        new ProcessBuilder(
            "openssl",
            "verify",
            "-purpose",
            "sslserver",
            "-verify_hostname",
            "press",
            "-CAfile",
            files.authorityCertificate().toString(),
            chain.toString());
    assertThat(run(verify)).endsWith(": OK\n");
  }

  @Test
  void clientsThatSayNothingDoNotKeepOthersOut() throws Exception {
    var silent = new ArrayList<SocketChannel>();
    try {
      for (int i = 0; i < 10; i++) {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        silent.add(channel);
        channel.connect(UnixDomainSocketAddress.of(socket(PRESS)));
        channel.write(ByteBuffer.wrap("POST /".getBytes(StandardCharsets.US_ASCII)));
      }
      // Four at a time have ten seconds each, and those behind them wait.
      assertThat(silent.getFirst().read(ByteBuffer.allocate(1))).isEqualTo(-1);
    } finally {
      for (var channel : silent) {
        channel.close();
      }
    }
    assertThat(sign(PRESS, "press", generation(PRESS))).isEqualTo(signed(PRESS));
  }

  @Test
  void isThereAgainAfterAKillAndGoneWithItsModule() throws Exception {
    var generation = generation(PRESS);
    var killed = workloads;
    // The file of a killed agent is still there when the next starts.
    startAgain();
    assertThat(sign(PRESS, "press", generation)).isEqualTo(signed(PRESS));
    killed.close();
    assertThat(socket(PRESS)).exists();
    assertThat(sign(PRESS, "press", generation)).isEqualTo(signed(PRESS));

    Files.delete(socket(PRESS));
    identities.write(PRESS, Instant.now());
    assertThat(sign(PRESS, "press", generation)).isEqualTo(signed(PRESS));

    identities.keepOnly(Set.of());
    assertThat(files.identity(PRESS)).doesNotExist();
    identities.write(PRESS, Instant.now());
    assertThat(sign(PRESS, "press", generation)).endsWith(" 403");
    assertThat(sign(PRESS, "press", generation(PRESS))).isEqualTo(signed(PRESS));
    workloads.close();
    assertThat(socket(PRESS)).doesNotExist();
    identities.write(PRESS, Instant.now());
    assertThat(socket(PRESS)).doesNotExist();
  }

  @Test
  void aLongFolderIsNoObstacle() throws Exception {
    var longest = ModuleId.of("m".repeat(63));
    files = new NodeFiles(dataDir.resolve("d".repeat(100)));
    for (var name : List.of("node-secret", "authority.key", "authority.crt")) {
      put(files.agent(name), Files.readString(dataDir.resolve("agent").resolve(name)));
    }
    workloads.close();
    startAgain();
    identities.write(longest, Instant.now());
    assertThat(sign(longest, longest.value(), generation(longest))).isEqualTo(signed(longest));
  }

  /** The folder read-only, as the agent mounts it; the user another than the agent's. */
  @Test
  void aContainersUserReachesItAndTheNextAgentsToo(@TempDir Path folder) throws Exception {
    TestDocker.image(folder);
    var name = "wkl-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    var run = new ArrayList<>(List.of("run", "-d", "--name", name, "--user", "12345:12345"));
    run.addAll(List.of("--network", "none", "--cap-drop", "ALL"));
    for (var library : List.of("/usr", "/lib", "/lib64")) {
      run.addAll(List.of("-v", Path.of(library).toRealPath() + ":" + library + ":ro"));
    }
    run.addAll(List.of("-v", files.identity(PRESS) + ":" + ModuleIdentity.MOUNT + ":ro"));
    run.add(TestDocker.IMAGE);
    TestDocker.run(run.toArray(String[]::new));
    try {
      assertThat(signInContainer(name)).isEqualTo(signed(PRESS));
      workloads.close();
      startAgain();
      assertThat(signInContainer(name)).isEqualTo(signed(PRESS));
    } finally {
      TestDocker.run("rm", "-f", name);
    }
  }

  private String signInContainer(String name) throws Exception {
    return TestDocker.run(
        "exec",
        name,
        "/usr/bin/curl",
        "-sS",
        "-m",
        "20",
        "-w",
        " %{http_code}",
        "--unix-socket",
        URI.create(identities.environment(PRESS).getOrDefault("IOTEDGE_WORKLOADURI", "")).getPath(),
        "-H",
        "Content-Type: application/json",
        "-d",
        "{\"data\":\"" + DATA + "\"}",
        "http://localhost/modules/press/genid/"
            + generation(PRESS)
            + "/sign?api-version=2022-08-03");
  }

  @Test
  void theSocketsModeLetsAnyUserConnect() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket(PRESS))))
        .isEqualTo("rw-rw-rw-");
  }
}
