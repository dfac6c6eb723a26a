package dev.larder.cloud.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line understands, without a cloud. */
class LarderCliTest {
  private static final Map<String, String> NOT_SIGNED_IN =
      Map.of("LARDER_CONFIG", "/nonexistent/c");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return LarderCli.commandLine(NOT_SIGNED_IN)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "login --help",
        "resource create --help",
        "node update --help",
        "node get-deployment-details --help",
        "node invoke-method --help",
        "node restart-module --help",
        "node logs --help",
        "node events --help",
        "cache purge --help",
        "cache prefetch --help",
        "device send --help",
        "device call --help",
        "device show-twin --help",
        "hub status --help",
        "layer set --help",
        "release create --help"
      })
  void explainsItself(String line) {
    assertThat(run(line.split(" "))).isZero();
    assertThat(out.toString()).contains("Usage: larder");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "node",
        "node create --resource contoso",
        "node update --resource contoso --node oslo",
        "node update --resource contoso --node oslo --http-port eighty",
        "cache purge --resource c --node n",
        "cache purge --resource c --node n --all --group g",
        "node invoke-method --resource c --node n --module cache --method m --payload {",
        "node restart-module --resource c --node n",
        "node logs --resource c --node n --module cache --tail few",
        "device send --resource c --node n --device d",
        "device send --resource c --node n --device d --body b --body-file f",
        "device send --resource c --node n --device d --body b --expires-in soon",
        "device call --resource c --node n --device d --method m --payload {",
        "hub status --resource c",
        "resource list --output xml"
      })
  void answersWhatItDoesNotUnderstandWithTwo(String line) {
    assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
    assertThat(err.toString()).isNotBlank();
  }

  @Test
  void saysHowToSignIn() {
    assertThat(run("resource", "list")).isEqualTo(1);
    assertThat(err.toString()).startsWith("larder: Not signed in").contains("larder login --url");
  }

  @Test
  void namesTheOptionThatIsNotReadable() {
    assertThat(run("node", "update", "--resource=c", "--node=n", "--update-frequency=often"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--update-frequency: is not readable: often (write 30m");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cache purge --resource c --node n --prefix http://host/a",
        "cache prefetch --resource c --node n --url http://host/a --rate 5000 --window 22:00-05:00",
        "cache pin --resource c --node n --key host/a",
        "cache status --resource c --node n --response-timeout 10 --output json",
        "node invoke-method --resource c --node n --module cache --method m --payload {\"a\":1}",
        "node restart-module --resource c --node n --module cache --response-timeout 60",
        "node logs --resource c --node n --module cache --tail 10 --since 1h",
        "node events --resource c --node n --output json",
        "device send --resource c --node n --device d --body {\"a\":1} --property k=v --property l="
            + " --expires-in 1h --message-id m --correlation-id c",
        "device call --resource c --node n --device d --method m",
        "device show-twin --resource c --node n --device d",
        "hub status --resource c --node n --output json"
      })
  void readsWhatANodeIsAsked(String line) {
    assertThat(run(line.split(" "))).isEqualTo(1);
    assertThat(err.toString()).startsWith("larder: Not signed in");
  }

  @Test
  void readsEveryOptionOfAnUpdate() {
    var line =
        "node update --resource c --node n --cache-drive /a,50 --cache-drive /b,60 --proxy Enabled"
            + " --proxy-host p --proxy-port 8080 --auto-update-ring slow --auto-update-week 2"
            + " --auto-update-day 3 --auto-update-time 03:00 --update-frequency 6h --http-port 8080"
            + " --summary-port 5001 --origin a,https,Packages --tag site=oslo --tag tier=";

    assertThat(run(line.split(" "))).isEqualTo(1);
    assertThat(err.toString()).startsWith("larder: Not signed in");
  }
}
