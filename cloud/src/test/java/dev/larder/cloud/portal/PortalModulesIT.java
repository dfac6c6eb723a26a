package dev.larder.cloud.portal;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The portal's pure modules, run where they run: in the browser. */
class PortalModulesIT {
  @Test
  void workOutFormatsTrafficAndRoutes(@TempDir Path data) throws IOException {
    try (var cloud = new RunningCloud(data);
        var chromium = new Chromium()) {
      check(chromium.open(cloud.url() + "/"));
    }
  }

  private static void check(Page page) {
    assertThat(inModule(page, "format", "m.bytes(999)")).isEqualTo("999 B");
    assertThat(inModule(page, "format", "m.bytes(1500000)")).isEqualTo("1.50 MB");
    assertThat(inModule(page, "format", "m.bitRate(125e6)")).isEqualTo("125 Mb/s");
    assertThat(inModule(page, "format", "m.joinDuration({amount: '90', unit: 'minutes'})"))
        .isEqualTo("PT5400S");
    assertThat(inModule(page, "format", "JSON.stringify(m.splitDuration('PT90M'))"))
        .isEqualTo("{\"amount\":\"90\",\"unit\":\"minutes\"}");
    assertThat(
            inModule(
                page, "format", "m.relative('2027-01-01T00:00:00Z', Date.UTC(2027, 0, 1, 0, 5))"))
        .isEqualTo("5 min ago");
    assertThat(
            inModule(
                page, "traffic", "JSON.stringify(m.stacked([{values: [1, 2]}, {values: [3, 0]}]))"))
        .isEqualTo("[[1,2],[4,2]]");
    assertThat(
            inModule(page, "router", "m.parseRoute('#/resources/a%20b/nodes/n/updates').resource"))
        .isEqualTo("a b");
    assertThat(inModule(page, "router", "m.parseRoute('#/resources/a/nodes/n/nope').page"))
        .isEqualTo("unknown");
  }

  private static Object inModule(Page page, String module, String expression) {
    return page.evaluate("import('/js/" + module + ".js').then(m => " + expression + ")");
  }
}
