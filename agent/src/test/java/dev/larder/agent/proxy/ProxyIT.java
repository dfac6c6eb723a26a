package dev.larder.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.Agent;
import dev.larder.agent.AgentMain;
import dev.larder.agent.Await;
import dev.larder.agent.TestCloud;
import dev.larder.agent.TestDesired;
import dev.larder.agent.TestDocker;
import dev.larder.agent.TestNode;
import dev.larder.agent.TestProxy;
import dev.larder.agent.cloud.CloudClient;
import dev.larder.agent.cloud.CloudException;
import dev.larder.agent.cloud.CloudTls;
import dev.larder.agent.enrol.EnrolCommand;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.operator.OperatorCommands;
import dev.larder.common.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node behind Squid, with a cloud whose name Squid alone can resolve. */
class ProxyIT {
  private static final String USER = "jörg@büro";
  private static final String PASSWORD = "pä55 :wörd";
  private static final String OTHER = "another-pass-phrase";
  private static final int LIMIT_SECONDS = 60;

  @TempDir private Path dataDir;
  private final String instance =
      "prx-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  private final TestCloud cloud;
  private final TestProxy proxy;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private Optional<Agent> agent = Optional.empty();

  ProxyIT() throws Exception {
    cloud = new TestCloud();
    proxy = new TestProxy(USER, PASSWORD);
  }

  @AfterEach
  void stop() throws Exception {
    stopAgent();
    cloud.close();
    proxy.close();
    TestDocker.clear(instance);
  }

  private void stopAgent() throws Exception {
    if (agent.isPresent()) {
      agent.get().close();
      agent = Optional.empty();
    }
  }

  private void startAgent() throws Exception {
    var started =
        new Agent(new NodeFiles(dataDir), TestNode.ENGINE, 0, "test", InstantSource.system());
    agent = Optional.of(started);
    started.start();
  }

  private ObjectNode request() throws Exception {
    var request = cloud.request(instance, dataDir.toString());
    var direct = request.path("cloudUrl").asText();
    return request
        .put("cloudUrl", direct.replace("localhost", TestProxy.CLOUD))
        .put("proxyUrl", proxy.urlOfUser())
        .put("proxyPassword", PASSWORD);
  }

  private int enrol(ObjectNode request) throws Exception {
    said.reset();
    var all = new PrintStream(said, true, StandardCharsets.UTF_8);
    var in = new ByteArrayInputStream(Json.writeBytes(request));
    return new EnrolCommand(in, all, all, InstantSource.system()).run("test");
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  /** What an operator's command writes. */
  private byte[] operate(String... words) throws Exception {
    var out = new ByteArrayOutputStream();
    var command =
        new OperatorCommands(
            "test",
            dataDir.toString(),
            TestNode.ENGINE,
            InstantSource.system(),
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            System.err);
    command.run(List.of(words));
    return out.toByteArray();
  }

  private void offerAndAwait() throws Exception {
    var version = cloud.offer(TestDesired.desired());
    cloud.awaitReport(report -> report.lastDesiredVersion() == version);
  }

  /** {@code level message mend} of one check. */
  private String finding(String check) throws Exception {
    for (var finding : Json.mapper().readTree(operate("check", "--json")).path("findings")) {
      if (finding.path("check").asText().equals(check)) {
        return "%s %s %s"
            .formatted(
                finding.path("level").asText(),
                finding.path("message").asText(),
                finding.path("mend").asText());
      }
    }
    throw new AssertionError("no check " + check);
  }

  @Test
  void everythingGoesThroughIt() throws Exception {
    assertThat(enrol(request())).as(said()).isZero();
    startAgent();
    offerAndAwait();
    // Held open by now, over a tunnel.
    offerAndAwait();
    assertThat(cloud.ask("ping", "null").status()).isEqualTo(200);
    assertThat(finding("cloud-https-proxy")).startsWith("ok ");
    assertThat(finding("cloud-mqtt-proxy")).startsWith("ok ");
    assertThat(finding("cloud-https")).startsWith("ok ").contains("does not need this way");
    stopAgent();
    Await.until(() -> proxy.tunnels().size() >= 4);
    assertThat(proxy.tunnels()).allMatch(line -> line.contains("/200 "));
  }

  @Test
  void passwordStaysBetweenNodeAndProxy() throws Exception {
    assertThat(enrol(request())).as(said()).isZero();
    assertThat(enrol(request())).as(said()).isZero();
    assertThat(said()).contains("already enrolled").doesNotContain("from now on");
    startAgent();
    offerAndAwait();
    stopAgent();
    assertThat(cloud.proxyLogins()).isEmpty();
    var token = new ProxyLogin(USER, PASSWORD).authorization().substring("Basic ".length());
    try (Stream<Path> files = Files.walk(dataDir)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var bytes = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        assertThat(bytes).as(file.toString()).doesNotContain(PASSWORD, token, USER);
      }
    }
    var sealed = new NodeFiles(dataDir).sealedProxyLogin();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(sealed)))
        .isEqualTo(NodeFiles.SECRET);
    assertThat(new String(operate("status"), StandardCharsets.UTF_8))
        .contains("through the proxy " + proxy.where())
        .doesNotContain(USER, PASSWORD);
  }

  @Test
  void bundleKnowsThePasswordForASecret(@TempDir Path folder) throws Exception {
    var token = new ProxyLogin(USER, PASSWORD).authorization().substring("Basic ".length());
    assertThat(enrol(request())).as(said()).isZero();
    TestDocker.image(folder);
    TestDocker.run(
        "run",
        "--name",
        instance + "-leak",
        "--label",
        "dev.larder.instance=" + instance,
        "--label",
        "dev.larder.module=leak",
        TestDocker.IMAGE,
        "/bin/busybox",
        "echo",
        "before " + PASSWORD + " between " + token + " after");
    var gz = new GZIPInputStream(new ByteArrayInputStream(operate("support-bundle")));
    assertThat(new String(gz.readAllBytes(), StandardCharsets.UTF_8))
        .contains("before (removed)", " after")
        .doesNotContain(PASSWORD, token);
  }

  @Test
  void wrongPasswordIsTriedOnceAndCostsNoKey() throws Exception {
    assertThat(enrol(request().put("proxyPassword", OTHER))).isEqualTo(EnrolCommand.PROXY_REFUSED);
    assertThat(said())
        .contains(
            "The proxy " + proxy.where() + " refuses the name and password (407): ",
            "proxypasswordfile")
        .doesNotContain(OTHER, USER);
    Await.until(() -> !proxy.tunnels().isEmpty());
    assertThat(proxy.tunnels()).hasSize(1);
    assertThat(enrol(request())).as(said()).isZero();
  }

  @Test
  void nodeWithoutAPasswordIsToldToGetOne() throws Exception {
    var request = request().put("proxyUrl", proxy.url().toString()).put("proxyPassword", "");
    assertThat(enrol(request)).isEqualTo(EnrolCommand.PROXY_REFUSED);
    assertThat(said()).contains("asks for a name and a password (407): ", "http://user@host:port");
  }

  @Test
  void portThatTheProxyClosesIsNoMatterOfPasswords() throws Exception {
    var closed = "https://" + TestProxy.CLOUD + ":" + TestProxy.CLOSED_PORT;
    assertThat(enrol(request().put("cloudUrl", closed))).isEqualTo(EnrolCommand.UNREACHABLE);
    assertThat(said()).contains(proxy.where() + " answers CONNECT with 403");
  }

  @Test
  void changedPasswordIsTakenWithADeployAndAWrongOneIsNot() throws Exception {
    assertThat(enrol(request())).as(said()).isZero();
    proxy.change(OTHER);
    for (var check : List.of("cloud-https-proxy", "cloud-mqtt-proxy")) {
      assertThat(finding(check))
          .contains("refuses the name and password (407)")
          .doesNotContain(PASSWORD, USER);
    }
    assertThat(finding("cloud-https-proxy")).startsWith("failure ").contains("proxypasswordfile");

    var before = Files.readAllBytes(new NodeFiles(dataDir).sealedProxyLogin());
    assertThat(enrol(request().put("proxyPassword", "wrong-once-more")))
        .isEqualTo(EnrolCommand.PROXY_REFUSED);
    assertThat(new NodeFiles(dataDir).sealedProxyLogin()).hasBinaryContent(before);

    assertThat(enrol(request().put("proxyPassword", OTHER))).as(said()).isZero();
    assertThat(said()).contains("from now on", "through the proxy " + proxy.where());
    startAgent();
    offerAndAwait();
  }

  @Test
  void proxysClockIsNotBelieved() throws Exception {
    assertThat(enrol(request())).as(said()).isZero();
    proxy.change(OTHER);
    var files = new NodeFiles(dataDir);
    var config = files.readConfig().orElseThrow();
    var told = new CopyOnWriteArrayList<Instant>();
    var tls = CloudTls.ofNode(files, InstantSource.system());
    try (var client =
        new CloudClient(
            config.cloudUrl(), NodeProxy.read(files, config), tls, (time, _) -> told.add(time))) {
      assertThatThrownBy(() -> client.manifest(""))
          .isInstanceOfSatisfying(
              CloudException.class,
              e -> assertThat(e.kind()).isEqualTo(CloudException.Kind.PROXY_REFUSED))
          .hasMessageContaining("(407)");
    }
    assertThat(told).isEmpty();
  }

  /** The JDK's client reads once whether Basic may be sent to proxies; its main class says so. */
  @Test
  void commandItselfEnrols() throws Exception {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                AgentMain.class.getName(),
                "enrol")
            .redirectErrorStream(true)
            .start();
    try (var in = process.getOutputStream()) {
      in.write(Json.writeBytes(request()));
    }
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output).contains("enrolled as " + cloud.node());
  }
}
