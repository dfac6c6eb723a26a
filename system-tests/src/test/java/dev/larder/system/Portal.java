package dev.larder.system;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The portal in the system's Chromium, as an administrator sees it. */
final class Portal implements AutoCloseable {
  private static final List<String> ARGUMENTS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private final Playwright playwright;
  private final Page page;
  private final String url;

  private Portal(Playwright playwright, Page page, String url) {
    this.playwright = playwright;
    this.page = page;
    this.url = url;
  }

  static Portal signIn(Cloud cloud) throws IOException {
    var playwright = Playwright.create();
    var browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(Path.of("/usr/bin/chromium"))
                    .setArgs(ARGUMENTS));
    // The cloud's own authority is not among the system's; the API client of these tests checks it.
    var page =
        browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true)).newPage();
    page.navigate(cloud.url() + "/");
    page.getByLabel("Password").fill(cloud.password());
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in")).click();
    page.getByText("Resources").first().waitFor();
    return new Portal(playwright, page, cloud.url());
  }

  Page open(String route) {
    page.navigate(url + "/" + route);
    return page;
  }

  /** Clicks Save and waits until the portal says that it was taken. */
  void save() {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Save")).click();
    page.getByText("Saved").first().waitFor();
  }

  @Override
  public void close() {
    playwright.close();
  }
}
