package dev.larder.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.manifest.DeviceAuth;
import dev.larder.common.trust.ModuleKey;
import dev.larder.hub.identity.Credentials;
import dev.larder.hub.identity.Identity;
import dev.larder.hub.identity.Login;
import dev.larder.hub.message.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the commands print lets in whom it should, by the identity folder on disk. */
final class HubCommandsIT {
  private static final Instant NOW = Instant.parse("2026-05-05T12:00:00Z");
  private static final CacheNodeId NODE = TestIdentity.NODE;

  @TempDir Path folder;

  private record Ran(int code, String out, String err) {
    String line(String name) {
      return err.lines()
          .filter(line -> line.startsWith(name + ": "))
          .map(line -> line.substring(name.length() + 2))
          .findFirst()
          .orElseThrow(() -> new AssertionError("No " + name + " in " + err));
    }

    /** What a client shows that does as the operator was told. */
    Credentials credentials() {
      assertThat(code).as(err).isZero();
      assertThat(out).endsWith("\n").doesNotContain(" \n");
      return new Credentials(
          line("client id"),
          Optional.of(line("user name")),
          Optional.of(Payload.of(out.strip().getBytes(StandardCharsets.UTF_8))),
          Optional.empty(),
          false);
    }
  }

  @BeforeEach
  void identity() {
    TestIdentity.make(folder, 1);
  }

  private Ran run(String arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code =
        new HubCommands(
                Map.of("LARDER_IDENTITY", folder.toString()),
                InstantSource.fixed(NOW),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8))
            .run(List.of(arguments.split(" ", -1)));
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static Login.Result login(Ran ran, String generation, Instant now) {
    var login = new Login(NODE, new byte[ModuleKey.NODE_SECRET_BYTES]);
    login.devices(Map.of("printer-7", new DeviceAuth(Optional.of(generation), List.of())));
    return login.of(ran.credentials(), now);
  }

  @ParameterizedTest
  @CsvSource({
    "--device-key printer-7, 1",
    "--device-key printer-7 --generation 2, 2",
    "--sas-token device:printer-7 --ttl 90s, 1",
    "--generation 2 --ttl 1h --sas-token device:printer-7, 2"
  })
  void aDevicesKeyOrTokenLetsItIn(String arguments, String generation) {
    var ran = run(arguments);
    assertThat(login(ran, generation, NOW))
        .isInstanceOfSatisfying(
            Login.Accepted.class,
            accepted ->
                assertThat(accepted.identity()).isEqualTo(new Identity.Device("printer-7")));
    assertThat(login(ran, "another", NOW)).isInstanceOf(Login.Refused.class);
    assertThat(ran.err()).doesNotContain(ran.out().strip());
  }

  @ParameterizedTest
  @CsvSource({
    "--sas-token press --ttl 1h, 3600",
    "--sas-token press --ttl 30m --generation g1, 1800",
    "--sas-token press --ttl 2d, 172800"
  })
  void aModulesTokenLetsItInForItsTime(String arguments, long seconds) {
    var ran = run(arguments);
    var end = NOW.plusSeconds(seconds).plus(Duration.ofMinutes(5));
    assertThat(login(ran, "1", NOW))
        .isInstanceOfSatisfying(
            Login.Accepted.class, accepted -> assertThat(accepted.until()).contains(end));
    assertThat(login(ran, "1", end.plusSeconds(1))).isInstanceOf(Login.Refused.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--device-key|needs a value",
        "--device-key a/b|a/b",
        "--device-key a --device-key b|twice",
        "--device-key a --ttl 1h|--ttl goes with --sas-token",
        "--device-key a --generation &x|--generation",
        "--device-key a --sas-token b --ttl 1h|either",
        "--generation 1|either",
        "--sas-token press|--ttl",
        "--sas-token press --ttl 1|\"1\"",
        "--sas-token press --ttl 0h|\"0h\"",
        "--sas-token press --ttl -1h|\"-1h\"",
        "--sas-token press/x --ttl 1h|press/x",
        "--sas-token device: --ttl 1h|A device id",
        "--what x|\"--what\"",
        "printer-7|\"printer-7\""
      })
  void whatIsMisusedIsToldAndPrintsNothing(String arguments, String message) {
    var ran = run(arguments);
    assertThat(ran.code()).isEqualTo(HubCommands.MISUSED);
    assertThat(ran.err()).contains(message).contains("--help");
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void whatIsMissingOrBrokenIsNamed() throws IOException {
    var secret = folder.resolve("node-secret");
    Files.writeString(secret, "c2hvcnQ=");
    assertThat(run("--device-key a"))
        .satisfies(ran -> {
          assertThat(ran.code()).isEqualTo(HubCommands.FAILED);
          assertThat(ran.err()).contains("node-secret").contains("32 bytes");
          assertThat(ran.out()).isEmpty();
        });
    Files.delete(secret);
    assertThat(run("--sas-token press --ttl 1h"))
        .satisfies(ran -> {
          assertThat(ran.code()).isEqualTo(HubCommands.FAILED);
          assertThat(ran.err()).contains("node-secret").contains("LARDER_IDENTITY");
          assertThat(ran.out()).isEmpty();
        });
  }

  @Test
  void helpNamesEveryOption() {
    assertThat(run("--help"))
        .satisfies(ran -> {
          assertThat(ran.code()).isZero();
          assertThat(ran.out())
              .contains("--device-key", "--sas-token", "--ttl", "--generation", "LARDER_IDENTITY");
        });
  }
}
