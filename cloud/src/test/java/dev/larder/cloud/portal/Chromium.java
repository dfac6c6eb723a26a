package dev.larder.cloud.portal;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ScreenshotAnimations;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;

/** The system's Chromium without a window. */
final class Chromium implements AutoCloseable {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final int WIDE = 1280;
  private static final int NARROW = 390;
  private static final int HEIGHT = 820;

  private final Playwright playwright;
  private final Browser browser;

  Chromium() {
    var environment = new HashMap<>(System.getenv());
    environment.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    this.playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
    this.browser =
        playwright
            .chromium()
            .launch(
                new LaunchOptions()
                    .setExecutablePath(Path.of("/usr/bin/chromium"))
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync")));
  }

  /** A page of its own session. */
  Page open(String url) {
    var context =
        browser.newContext(
            new Browser.NewContextOptions()
                // The cloud's authority is made at its first start; Chromium does not know it.
                .setIgnoreHTTPSErrors(true)
                .setViewportSize(WIDE, HEIGHT)
                .setPermissions(List.of("clipboard-read", "clipboard-write")));
    var page = context.newPage();
    page.navigate(url);
    return page;
  }

  /** Keeps the page as it looks wide and narrow, light and dark. */
  static void keep(Page page, String name) {
    keep(page, name, WIDE, ColorScheme.LIGHT);
    keep(page, name + "-dark", WIDE, ColorScheme.DARK);
    keep(page, name + "-narrow", NARROW, ColorScheme.LIGHT);
    page.setViewportSize(WIDE, HEIGHT);
  }

  /** The window is made as tall as the page: a bar that sticks to its edge lies at the end. */
  private static void keep(Page page, String name, int width, ColorScheme scheme) {
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
    page.setViewportSize(width, HEIGHT);
    var tall = (Number) page.evaluate("document.documentElement.scrollHeight");
    page.setViewportSize(width, tall.intValue());
    page.screenshot(
        new ScreenshotOptions()
            .setPath(SCREENSHOTS.resolve(name + ".png"))
            .setAnimations(ScreenshotAnimations.DISABLED));
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
