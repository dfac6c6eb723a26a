package dev.larder.hub.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.HubDesired;
import dev.larder.common.route.MessageBody;
import dev.larder.common.route.Route;
import dev.larder.common.route.RoutedMessage;
import dev.larder.common.route.SystemProperties;
import dev.larder.common.topic.IotHubTopics;
import dev.larder.hub.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RouterTest {
  private static final Route.Sink CLOUD = new Route.Upstream();
  private static final Route.Sink AGG = new Route.Input(ModuleId.of("agg"), "in");
  private static final String INTO_AGG = " INTO BrokeredEndpoint('/modules/agg/inputs/in')";

  private static final long GLOBAL_MILLIS = 7_200_000;

  /** Route, priority and time to live in s; -1 for what is left out. */
  private record Given(String route, int priority, int seconds) {}

  private static Router router(Given... given) {
    var desired = Json.object().put("schemaVersion", "1.1");
    var routes = desired.putObject("routes");
    for (int i = 0; i < given.length; i++) {
      var route = routes.putObject("r" + i).put("route", given[i].route());
      if (given[i].priority() >= 0) {
        route.put("priority", given[i].priority());
      }
      if (given[i].seconds() >= 0) {
        route.put("timeToLiveSecs", given[i].seconds());
      }
    }
    var read = HubDesired.read(desired, "").orThrow();
    assertThat(read.routeProblems()).isEmpty();
    return new Router(read);
  }

  private static Given route(String text) {
    return new Given(text, -1, -1);
  }

  private static RoutedMessage message(Map<String, String> properties, String body) {
    return new FromPress(properties, body);
  }

  /** A message of press, its properties as they stand in a topic. */
  private record FromPress(Map<String, String> properties, String text) implements RoutedMessage {
    @Override
    public String sender() {
      return "press";
    }

    @Override
    public String device() {
      return "node-1";
    }

    @Override
    public String output() {
      return properties.getOrDefault(IotHubTopics.OUTPUT, "");
    }

    @Override
    public Optional<String> property(String name) {
      return name.startsWith("$.") ? Optional.empty() : Optional.ofNullable(properties.get(name));
    }

    @Override
    public Optional<String> systemProperty(String name) {
      return SystemProperties.onTheWire(name).map(properties::get);
    }

    @Override
    public JsonNode body() {
      return MessageBody.read(
          systemProperty("contentType"),
          systemProperty("contentEncoding"),
          text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static final RoutedMessage RAW = message(Map.of("$.on", "raw", "kind", "a"), "x");

  @Test
  void aMessageGoesOnceToEachSink() {
    var router =
        router(
            route("FROM /messages/modules/press/outputs/raw INTO $upstream"),
            route("FROM /messages/* INTO $upstream"),
            route("FROM /messages/modules/press/*" + INTO_AGG),
            route("FROM /messages/modules/cache/* INTO BrokeredEndpoint('/modules/x/inputs/y')"));
    assertThat(router.destinations(RAW))
        .containsExactly(
            new Destination(CLOUD, 9, GLOBAL_MILLIS), new Destination(AGG, 9, GLOBAL_MILLIS));
  }

  @Test
  void theMostUrgentRouteThatTakesItSaysHow() {
    var router =
        router(
            new Given("FROM /* INTO $upstream", -1, 5),
            new Given("FROM /* WHERE kind = 'b' INTO $upstream", 0, 1),
            new Given("FROM /* WHERE kind = 'a' INTO $upstream", 3, 60),
            new Given("FROM /*" + INTO_AGG, 7, 0));
    assertThat(router.destinations(RAW))
        .containsExactly(new Destination(CLOUD, 3, 60_000), new Destination(AGG, 7, GLOBAL_MILLIS));
  }

  @Test
  void aMessageThatNoRouteTakesGoesNowhere() {
    assertThat(router(route("FROM /* WHERE kind = 'b' INTO $upstream")).destinations(RAW))
        .isEmpty();
    assertThat(router().destinations(RAW)).isEmpty();
  }

  @Test
  void routesThatTakeEverythingLookAtNoMessage() {
    var router = router(route("FROM /* INTO $upstream"), new Given("FROM /*" + INTO_AGG, 2, -1));
    var first = router.destinations(RAW);
    assertThat(first)
        .containsExactly(
            new Destination(AGG, 2, GLOBAL_MILLIS), new Destination(CLOUD, 9, GLOBAL_MILLIS));
    assertThat(router.destinations(message(Map.of(), ""))).isSameAs(first);
  }

  @Test
  void conditionsSeePropertiesSystemPropertiesAndBody() {
    var router =
        router(
            route(
                "FROM /* WHERE kind = 'a&b' AND {$messageId} = 'm' AND $connectionDeviceId = 'node-1'"
                    + " AND $connectionModuleId = 'press' AND $outputName = 'raw'"
                    + " AND $body.heat[0].celsius > 40 AND NOT (is_defined({$.mid}))"
                    + " INTO $upstream"));
    var properties = new HashMap<>(Map.of("$.on", "raw", "$.mid", "m", "kind", "a&b"));
    var body = "{\"heat\":[{\"celsius\":41}]}";
    assertThat(router.destinations(message(properties, body))).isEmpty();
    properties.putAll(Map.of("$.ct", "application/json", "$.ce", "utf-8"));
    assertThat(router.destinations(message(properties, body))).hasSize(1);
    assertThat(router.destinations(message(properties, "{\"heat\":[]}"))).isEmpty();
    assertThat(router.destinations(message(properties, "{"))).isEmpty();
  }

  /** Whatever the routes: of those that take a message the most urgent decides, sink by sink. */
  @Test
  void anyRoutesAnswerAsTheyWouldOneByOne() {
    var texts =
        List.of(
            "FROM /* ",
            "FROM /messages/modules/press/* ",
            "FROM /messages/modules/x/* ",
            "FROM /* WHERE kind = 'a' ",
            "FROM /* WHERE kind = 'b' ",
            "FROM /* WHERE nope = 'b' ");
    Seeds.run(
        500,
        random -> {
          var given = new Given[random.nextInt(6)];
          for (int i = 0; i < given.length; i++) {
            var sink = random.nextBoolean() ? "INTO $upstream" : INTO_AGG;
            given[i] =
                new Given(
                    texts.get(random.nextInt(texts.size())) + sink,
                    random.nextInt(4),
                    1 + random.nextInt(1000));
          }
          var expected = new HashMap<Route.Sink, Destination>();
          for (var one : given) {
            router(one)
                .destinations(RAW)
                .forEach(d ->
                    expected.merge(d.sink(), d, (a, b) -> a.priority() <= b.priority() ? a : b));
          }
          assertThat(router(given).destinations(RAW))
              .containsExactlyInAnyOrderElementsOf(expected.values());
        });
  }
}
