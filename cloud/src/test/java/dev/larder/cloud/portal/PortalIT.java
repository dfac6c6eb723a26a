package dev.larder.cloud.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The portal in a real browser against a real cloud; a picture of each page is kept. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PortalIT {
  private RunningCloud cloud;
  private Chromium chromium;
  private Page page;
  private PortalUser user;
  private final List<String> complaints = new ArrayList<>();

  @BeforeAll
  void start(@TempDir Path data) throws IOException {
    cloud = new RunningCloud(data);
    chromium = new Chromium();
  }

  @AfterAll
  void stop() {
    chromium.close();
    cloud.close();
  }

  @BeforeEach
  void open() {
    complaints.clear();
    page = chromium.open(cloud.url() + "/");
    user = new PortalUser(page, cloud.url());
    page.onPageError(complaints::add);
    page.onConsoleMessage(message -> {
      // A refused request is the test's doing; anything else is the page's.
      if (message.type().equals("error") && !message.text().contains("status of 4")) {
        complaints.add(message.text());
      }
    });
  }

  @AfterEach
  void leavesNoErrorBehind() {
    page.context().close();
    assertThat(complaints).isEmpty();
  }

  @Test
  void signsInWithTheRightPasswordOnly() {
    assertThat(page.getByText("first-login-secret")).isVisible();
    Chromium.keep(page, "sign-in");

    user.signIn("not-the-password");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("password is wrong");

    user.signIn(RunningCloud.PASSWORD);
    assertThat(user.heading("Resources")).isVisible();

    user.button("Sign out").click();
    assertThat(page.getByLabel("Password")).isVisible();
    page.reload();
    assertThat(page.getByLabel("Password")).isVisible();
  }

  @Test
  void createsAResourceAndANode() {
    user.signIn(RunningCloud.PASSWORD);
    assertThat(user.heading("Resources")).isVisible();
    user.button("Create resource").first().click();
    page.getByLabel("Resource name").fill("no spaces");
    user.button("Create").click();
    assertThat(page.getByLabel("Resource name")).hasAttribute("aria-invalid", "true");

    page.getByLabel("Resource name").fill("fabrikam");
    user.button("Create").click();
    assertThat(user.heading("fabrikam")).isVisible();
    Chromium.keep(page, "resource-empty");

    user.button("Create cache node").click();
    page.getByLabel("Cache node name").fill("lisbon");
    user.button("Create").click();
    assertThat(user.heading("lisbon")).isVisible();
    assertThat(page.getByText("Not configured").first()).isVisible();

    page.navigate(cloud.url() + "/#/resources");
    assertThat(user.row("fabrikam")).containsText("1 not");
    Chromium.keep(page, "resources");
  }

  @Test
  void savesAConfigurationAndShowsWhatIsWrongAtItsField() {
    user.signIn(RunningCloud.PASSWORD);
    user.create("configured", "oslo");
    user.show("configured", "oslo", "configuration");
    page.getByLabel("Cache drive folder 1").fill("data/cache");
    page.getByLabel("Cache drive size in gigabytes 1").fill("10");
    assertThat(page.getByText("Unsaved changes")).isVisible();
    user.button("Save").click();

    assertThat(page.getByText("It is not absolute: data/cache")).isVisible();
    assertThat(page.getByText("It is 10, not 50 to 10000")).isVisible();
    assertThat(page.getByLabel("Cache drive folder 1")).isFocused();
    Chromium.keep(page, "configuration-refused");

    page.getByLabel("Cache drive folder 1").fill("/data/cache");
    page.getByLabel("Cache drive size in gigabytes 1").fill("500");
    user.button("+ Add cache drive").click();
    page.getByLabel("Cache drive folder 2").fill("/data2/cache");
    page.getByLabel("Cache drive size in gigabytes 2").fill("200");
    page.getByLabel("Enable proxy").check();
    page.getByLabel("Proxy host name").fill("proxy.example.org");
    page.getByLabel("Proxy port").fill("8080");
    user.button("+ Add origin").click();
    page.getByLabel("Host of extra origin 1").fill("packages.example.org");
    user.button("Save").click();

    assertThat(page.getByText("Saved.")).isVisible();
    Chromium.keep(page, "configuration");
    var saved = user.api("configured", "oslo", "configuration");
    assertThat(saved.at("/cacheDrives/1/physicalPath").asText()).isEqualTo("/data2/cache");
    assertThat(saved.at("/cacheDrives/0/sizeInGb").asInt()).isEqualTo(500);
    assertThat(saved.at("/proxy/port").asInt()).isEqualTo(8080);
    assertThat(saved.at("/origins/0/host").asText()).isEqualTo("packages.example.org");
  }

  @Test
  void asksBeforeUnsavedChangesAreLost() {
    user.signIn(RunningCloud.PASSWORD);
    user.create("careful", "oslo");
    user.show("careful", "oslo", "configuration");
    page.getByLabel("HTTP port").fill("8080");
    var asked = new ArrayList<String>();
    page.onceDialog(dialog -> {
      asked.add(dialog.message());
      dialog.dismiss();
    });
    user.tab("Updates").click();

    assertThat(asked).singleElement().asString().contains("unsaved changes");
    assertThat(page.getByLabel("HTTP port")).hasValue("8080");
  }

  @Test
  void deploymentWaitsForADriveThenShowsAndCopiesTheCommand() throws IOException {
    user.signIn(RunningCloud.PASSWORD);
    user.create("deployed", "oslo");
    user.show("deployed", "oslo", "deployment");
    assertThat(page.getByText("Configure the cache node first")).isVisible();

    user.configure("deployed", "oslo");
    page.reload();
    var details = user.api("deployed", "oslo", "deployment-details");
    var command = page.getByLabel("Deploy command", PortalUser.exactly());
    assertThat(command).containsText("./deploy.sh customerid=");
    assertThat(command).not().containsText(details.path("customerKey").asText());
    Chromium.keep(page, "deployment");

    page.getByLabel("Copy deploy command").click();
    assertThat(page.getByText("Copied")).isVisible();
    assertThat(page.evaluate("navigator.clipboard.readText()"))
        .isEqualTo(details.path("command").asText());

    user.button("Show keys").click();
    assertThat(command).containsText(details.path("registrationKey").asText());

    var download = page.waitForDownload(page.getByText("Download deployment bundle")::click);
    try (var bundle = new ZipFile(download.path().toFile())) {
      assertThat(bundle.getEntry("cloud-ca.pem")).isNotNull();
    }
    Files.deleteIfExists(download.path());
  }

  @Test
  void changesTheUpdatesSchedule() {
    user.signIn(RunningCloud.PASSWORD);
    var id = user.create("updated", "oslo");
    user.configure("updated", "oslo");
    cloud.addReports(id, Instant.now());
    user.show("updated", "oslo", "updates");
    assertThat(page.getByText("Release 1.1.0 waits for its window")).isVisible();

    user.ring("Slow").check();
    page.getByLabel("Week of month").selectOption("3");
    page.getByLabel("Day of week").selectOption("Sunday");
    page.getByLabel("Time of day (UTC)").fill("25:00");
    page.getByLabel("Check every").fill("6");
    page.getByLabel("Unit").selectOption("hours");
    user.button("Save").click();
    assertThat(page.getByText("It is no time of day: 25:00")).isVisible();

    page.getByLabel("Time of day (UTC)").fill("03:30");
    user.button("Save").click();
    assertThat(page.getByText("Saved.")).isVisible();
    assertThat(page.getByText("Opens next on Sun")).isVisible();
    Chromium.keep(page, "updates");

    var update = user.api("updated", "oslo", "configuration").path("update");
    assertThat(update.path("ring").asText()).isEqualTo("slow");
    assertThat(update.path("week").asInt()).isEqualTo(3);
    assertThat(update.path("day").asInt()).isEqualTo(7);
    assertThat(update.path("time").asText()).isEqualTo("03:30");
    assertThat(update.path("frequency").asText()).isEqualTo("PT6H");

    user.ring("Fast").check();
    user.button("Save").click();
    assertThat(page.getByText("Saved.")).isVisible();
    assertThat(user.api("updated", "oslo", "configuration").path("update").has("week")).isFalse();
  }

  @Test
  void drawsTrafficByContentTypeLargestFirst() {
    user.signIn(RunningCloud.PASSWORD);
    var id = user.create("busy", "oslo");
    user.create("busy", "bergen");
    user.configure("busy", "oslo");
    cloud.addTraffic(id, Instant.now());
    cloud.addReports(id, Instant.now());
    user.show("busy", "oslo", "overview");

    assertThat(page.locator(".chart canvas")).isVisible();
    assertThat(user.contentTypes())
        .hasText(
            new String[] {"Windows updates", "Microsoft 365 Apps", "Microsoft Store", "Defender"});
    assertThat(page.getByText("Outbound Traffic")).isVisible();
    assertThat(page.locator(".chart canvas")).not().hasJSProperty("width", 0);
    assertThat(page.getByText("312 GB of 500 GB used").first()).isVisible();
    assertThat(user.row("edgeHub")).containsText("running");
    assertThat(user.row("Started cache")).isVisible();
    assertThat(user.row("Manifest accepted")).containsText("version 1");
    Chromium.keep(page, "node-overview");

    user.button("7 d").click();
    assertThat(page.getByText("in the last 7 days")).isVisible();

    page.navigate(cloud.url() + "/#/resources/busy");
    assertThat(page.locator(".chart canvas")).isVisible();
    assertThat(user.row("bergen")).containsText("Not");
    Chromium.keep(page, "resource");
  }

  @Test
  void deletesANodeOnlyWhenItsNameIsTyped() {
    user.signIn(RunningCloud.PASSWORD);
    user.create("shrinking", "oslo");
    user.show("shrinking", "oslo", "overview");
    user.button("Delete").click();
    var confirm =
        page.getByRole(AriaRole.DIALOG)
            .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Delete"));
    assertThat(confirm).isDisabled();
    Chromium.keep(page, "delete-node");

    page.getByLabel("Type oslo to confirm").fill("oslo");
    confirm.click();
    assertThat(page.getByText("Create your first cache node")).isVisible();
  }

  @Test
  void showsANodeThatAppearsWithoutAReload() {
    user.signIn(RunningCloud.PASSWORD);
    user.create("live", "oslo");
    page.navigate(cloud.url() + "/#/resources/live");
    assertThat(user.row("oslo")).isVisible();

    user.create("live", "bergen");
    assertThat(user.row("bergen")).isVisible();
  }

  @Test
  void makesAndWithdrawsATokenAndKeepsThePasswordWhenTheCurrentOneIsWrong() {
    user.signIn(RunningCloud.PASSWORD);
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Account")).click();
    page.getByLabel("Token name").fill("backup-job");
    user.button("Create token").click();
    assertThat(page.getByText("copy it now")).isVisible();
    user.button("Withdraw token backup-job").click();
    assertThat(user.button("Withdraw token backup-job")).hasCount(0);

    page.getByLabel("Current password").fill("not-the-password");
    page.getByLabel("New password", PortalUser.exactly()).fill("another-long-password");
    page.getByLabel("New password again").fill("another-long-password");
    user.button("Change password").click();
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("password is wrong");
    Chromium.keep(page, "account");
  }
}
