package dev.larder.cache.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cache.fresh.Terms;
import dev.larder.common.settings.CacheDesired.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  private final Catalogue builtIn = Catalogue.builtIn(table());

  private static String table() {
    try (var hosts = Catalogue.class.getResourceAsStream("microsoft-hosts.tsv")) {
      return new String(Objects.requireNonNull(hosts).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void knowsMicrosoftsHostsByContentType() {
    assertThat(type("au.download.windowsupdate.com")).isEqualTo("Windows updates");
    assertThat(type("officecdn.microsoft.com")).isEqualTo("Microsoft 365 apps");
    assertThat(type("installer.teams.static.microsoft")).isEqualTo("Teams");
    assertThat(type("swdc02-mscdn.manage.microsoft.com")).isEqualTo("Store and Intune apps");
    assertThat(type("xvcf2.xboxlive.com")).isEqualTo("Xbox");
    assertThat(type("edge.b.delivery.mp.microsoft.com")).isEqualTo("Edge");
  }

  private String type(String host) {
    return builtIn.find(host, true).orElseThrow().contentType();
  }

  @Test
  void mirrorsOfOneCdnShareAGroup() {
    assertThat(builtIn.find("b1.download.windowsupdate.com", true).orElseThrow().group())
        .isEqualTo(builtIn.find("11.au.download.windowsupdate.com", true).orElseThrow().group());
  }

  @Test
  void theLongestWildcardCounts() {
    assertThat(type("x.res.cdn.office.net")).isEqualTo("Microsoft 365 apps");
    assertThat(type("y.cdn.office.net")).isEqualTo("Microsoft 365 apps");
  }

  @Test
  void whatIsNotListedIsNotFound() {
    assertThat(builtIn.find("example.com", true)).isEmpty();
    assertThat(builtIn.find("evil-download.windowsupdate.com.example", true)).isEmpty();
    assertThat(builtIn.find("windowsupdate.com", true)).isEmpty();
    assertThat(builtIn.find("au.download.windowsupdate.com:8080", true)).isEmpty();
    assertThat(builtIn.find("[::1]:80", true)).isEmpty();
  }

  @Test
  void aPortInTheHostHeaderIsTheCachesOwn() {
    assertThat(builtIn.find("au.download.windowsupdate.com:8080", false))
        .hasValueSatisfying(up -> assertThat(up.port()).isEqualTo(80));
  }

  @Test
  void ownOriginsAreListedExactlyAsNamed() {
    var list =
        builtIn.with(
            List.of(
                new Origin("files.example:8443", "https", "Own", true),
                new Origin("plain.example", "http", "Own", false)),
            List.of());

    assertThat(list.find("files.example:8443", true))
        .contains(
            new Upstream(
                Group.alone("files.example:8443", Terms.ORIGINS),
                "files.example",
                8443,
                true,
                "Own",
                true));
    assertThat(list.find("plain.example:80", true)).isPresent();
    assertThat(list.find("files.example", true)).isEmpty();
    assertThat(list.find("sub.plain.example", true)).isEmpty();
  }
}
