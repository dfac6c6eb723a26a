package dev.larder.cloud.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.RequestOptions;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.util.regex.Pattern;

/** An administrator at the portal, who can also ask the API with the page's own session. */
final class PortalUser {
  private final Page page;
  private final String url;

  PortalUser(Page page, String url) {
    this.page = page;
    this.url = url;
  }

  void signIn(String password) {
    page.getByLabel("Password").fill(password);
    button("Sign in").click();
  }

  void show(String resource, String node, String tab) {
    page.navigate(url + "/#/resources/" + resource + "/nodes/" + node + "/" + tab);
    assertThat(heading(node)).isVisible();
  }

  /** Creates a node, and its resource when it is not there, as another administrator would. */
  CacheNodeId create(String resource, String node) {
    assertThat(heading("Resources").or(heading(resource))).isVisible();
    call("POST", "/api/v1/resources", Json.object().put("name", resource));
    var made = call("POST", nodes(resource), Json.object().put("name", node));
    return CacheNodeId.of(made.path("cacheNodeId").asText());
  }

  void configure(String resource, String node) {
    var configuration = Json.object();
    configuration
        .putArray("cacheDrives")
        .addObject()
        .put("physicalPath", "/data/cache")
        .put("sizeInGb", 500);
    call("PATCH", nodes(resource) + "/" + node + "/configuration", configuration);
  }

  JsonNode api(String resource, String node, String what) {
    return call("GET", nodes(resource) + "/" + node + "/" + what, Json.object());
  }

  private static String nodes(String resource) {
    return "/api/v1/resources/" + resource + "/nodes";
  }

  /** Asks the API with the page's own session. */
  private JsonNode call(String method, String path, JsonNode body) {
    var options = RequestOptions.create().setMethod(method).setHeader("X-Larder-Request", "1");
    if (!method.equals("GET")) {
      options.setHeader("Content-Type", "application/json").setData(Json.write(body));
    }
    try {
      return Json.mapper().readTree(page.request().fetch(url + path, options).body());
    } catch (IOException e) {
      throw new AssertionError("Not JSON: " + path, e);
    }
  }

  Locator heading(String text) {
    return page.getByRole(
        AriaRole.HEADING, new Page.GetByRoleOptions().setName(text).setLevel(1).setExact(true));
  }

  Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  Locator tab(String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name));
  }

  Locator contentTypes() {
    return page.locator(".legend-name");
  }

  Locator row(String text) {
    return page.getByRole(AriaRole.ROW, new Page.GetByRoleOptions().setName(text));
  }

  Locator ring(String name) {
    return page.getByRole(
        AriaRole.RADIO, new Page.GetByRoleOptions().setName(Pattern.compile("^" + name)));
  }

  static Page.GetByLabelOptions exactly() {
    return new Page.GetByLabelOptions().setExact(true);
  }
}
