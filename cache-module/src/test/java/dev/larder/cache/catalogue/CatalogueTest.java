package dev.larder.cache.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cache.fresh.Terms;
import dev.larder.common.settings.CacheDesired;
import dev.larder.common.settings.CacheDesired.Origin;
import dev.larder.common.settings.KeyParameters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Microsoft's list of June 2026, whole. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "assets.xbox.com",
        "assets1.xboxlive.com",
        "assets2.xboxlive.com",
        "au.b1.download.windowsupdate.com",
        "au.download.windowsupdate.com",
        "b.c2r.ts.cdn.office.net",
        "b1.download.windowsupdate.com",
        "ctldl.windowsupdate.com",
        "d1.xboxlive.com",
        "d2.xboxlive.com",
        "dl.delivery.mp.microsoft.com",
        "dlassets.xboxlive.com",
        "dlassets2.xboxlive.com",
        "download.windowsupdate.com",
        "emdl.ws.microsoft.com",
        "f.c2r.ts.cdn.office.net",
        "fg.tscdn.m365.static.microsoft",
        "bg.tscdn.m365.static.microsoft",
        "installer.teams.static.microsoft",
        "officecdn.microsoft.com",
        "officecdn.microsoft.com.edgesuite.net",
        "sb.dl.delivery.mp.microsoft.com",
        "sb.teams.static.microsoft",
        "sb.tlu.dl.delivery.mp.microsoft.com",
        "sf.dl.delivery.mp.microsoft.com",
        "sf.teams.static.microsoft",
        "sf.tlu.dl.delivery.mp.microsoft.com",
        "statics.teams.cdn.office.net",
        "swda01-mscdn.manage.microsoft.com",
        "swda01.manage.microsoft.com",
        "swda02-mscdn.manage.microsoft.com",
        "swda02.manage.microsoft.com",
        "swdb01-mscdn.manage.microsoft.com",
        "swdb01.manage.microsoft.com",
        "swdb02-mscdn.manage.microsoft.com",
        "swdb02.manage.microsoft.com",
        "swdc01-mscdn.manage.microsoft.com",
        "swdc01.manage.microsoft.com",
        "swdc02-mscdn.manage.microsoft.com",
        "swdc02.manage.microsoft.com",
        "swdd01-mscdn.manage.microsoft.com",
        "swdd01.manage.microsoft.com",
        "swdd02-mscdn.manage.microsoft.com",
        "swdd02.manage.microsoft.com",
        "swdin01-mscdn.manage.microsoft.com",
        "swdin01.manage.microsoft.com",
        "swdin02-mscdn.manage.microsoft.com",
        "swdin02.manage.microsoft.com",
        "swdsw01-mscdn.manage.microsoft.com",
        "swdsw01.manage.microsoft.com",
        "swdsw02-mscdn.manage.microsoft.com",
        "swdsw02.manage.microsoft.com",
        "tlu.dl.delivery.mp.microsoft.com",
        "xvcb1.xboxlive.com",
        "xvcb2.xboxlive.com",
        "xvcf1.xboxlive.com",
        "xvcf2.xboxlive.com"
      })
  void everyHostOfMicrosoftsListIsHereWithItsContentType(String host) {
    assertThat(type(host))
        .isIn(
            "Windows updates",
            "Microsoft 365 apps",
            "Store and Intune apps",
            "Teams",
            "Edge",
            "Xbox",
            "Device update");
  }

  @Test
  void defenderDefinitionsAreToldByTheirPath() {
    var updates = builtIn.find("au.download.windowsupdate.com", true).orElseThrow();

    assertThat(updates.contentType("/c/msdownload/update/software/defu/2026/11/am_delta.exe"))
        .isEqualTo("Defender definitions");
    assertThat(updates.contentType("/c/msdownload/update/software/secu/2026/11/x.cab"))
        .isEqualTo("Windows updates");
  }

  @Test
  void updateContentIsKeptForThirtyDaysButNotWhatChangesUnderTheSameName() {
    var updates = builtIn.find("download.windowsupdate.com", true).orElseThrow().group();

    assertThat(updates.terms("/c/a.cab").keepFor()).contains(Duration.ofDays(30));
    assertThat(updates.terms("/msdownload/update/v3/static/trustedr/en/authrootstl.cab"))
        .isEqualTo(Terms.ORIGINS);
    assertThat(
            builtIn.find("officecdn.microsoft.com", true).orElseThrow().group().terms("/v64.cab"))
        .isEqualTo(Terms.ORIGINS);
  }

  @Test
  void groupsOfTheAdministratorAreOwnOnesOrChangeBuiltInOnes() {
    var list =
        builtIn.with(
            List.of(new Origin("a.example", "http", "Own", Optional.of("mine"), false)),
            List.of(
                new CacheDesired.Group(
                    "mine",
                    Optional.of(new KeyParameters.All()),
                    Optional.of(Duration.ofDays(2)),
                    Optional.of("Mine")),
                new CacheDesired.Group(
                    "dl.delivery.mp.microsoft.com",
                    Optional.empty(),
                    Optional.of(Duration.ofDays(60)),
                    Optional.empty())));

    var own = list.find("a.example", true).orElseThrow();
    assertThat(own.group().name()).isEqualTo("mine");
    assertThat(own.group().terms("/x").keepFor()).contains(Duration.ofDays(2));
    assertThat(own.contentType("/x")).isEqualTo("Mine");
    var changed = list.find("7.tlu.dl.delivery.mp.microsoft.com", true).orElseThrow();
    assertThat(changed.group().terms("/x").keepFor()).contains(Duration.ofDays(60));
    assertThat(changed.contentType("/x")).isEqualTo("Windows updates");
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
