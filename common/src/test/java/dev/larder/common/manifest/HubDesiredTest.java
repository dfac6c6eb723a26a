package dev.larder.common.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.access.AccessList;
import dev.larder.common.access.Operation;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Problem;
import dev.larder.common.route.Route;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubDesiredTest {
  private static ObjectNode json(String fields) throws JsonProcessingException {
    return (ObjectNode)
        Json.mapper()
            .readTree(
                ("{'schemaVersion': '1.2'" + (fields.isEmpty() ? "" : ", ") + fields + "}")
                    .replace('\'', '"'));
  }

  private static HubDesired read(String fields) throws JsonProcessingException {
    return HubDesired.read(json(fields), "").orThrow();
  }

  private static List<String> problems(String fields) throws JsonProcessingException {
    return HubDesired.read(json(fields), "").problems().stream().map(Problem::toString).toList();
  }

  @Test
  void whatIsLeftOutHasItsDefault() throws JsonProcessingException {
    var read = read("");
    assertThat(read.routes()).isEmpty();
    assertThat(read.timeToLive()).isEqualTo(Duration.ofHours(2));
    assertThat(read.maxSizeBytes()).isEqualTo(256L << 20);
    assertThat(read.overflow()).isEqualTo(Overflow.DROP_OLDEST);
    assertThat(read.upstreamBytesPerHour()).isEmpty();
    assertThat(read.access()).isEqualTo(AccessList.NONE);
    assertThat(read.devices()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.1", "1.2", "1.3"})
  void theSchemasOfIotEdgeAreRead(String schema) throws JsonProcessingException {
    assertThat(HubDesired.read(json("").put("schemaVersion", schema), "").problems()).isEmpty();
  }

  @Test
  void aRouteIsAStringOrAnObject() throws JsonProcessingException {
    var read =
        read(
            """
            'routes': {
              'a': 'FROM /* INTO $upstream',
              'b': {'route': 'FROM /* INTO $upstream'},
              'c': {'route': 'FROM /* INTO $upstream', 'priority': 0, 'timeToLiveSecs': 60},
              'd': {'route': 'FROM /* INTO $upstream', 'priority': 3, 'timeToLiveSecs': 0}}
            """);
    var route = Route.parse("FROM /* INTO $upstream", "").orThrow();
    assertThat(read.routes())
        .containsEntry("a", new RouteRule(route, 9, Optional.empty()))
        .containsEntry("b", new RouteRule(route, 9, Optional.empty()))
        .containsEntry("c", new RouteRule(route, 0, Optional.of(Duration.ofMinutes(1))))
        .containsEntry("d", new RouteRule(route, 3, Optional.empty()));
    assertThat(read.routeProblems()).isEmpty();
  }

  @Test
  void aBadRouteIsLeftOutAndTheOthersStay() throws JsonProcessingException {
    var read =
        read(
            """
            'routes': {
              'good': 'FROM /* INTO $upstream',
              'alarms': "FROM /* WHERE upercase(a) = 'B' INTO $upstream",
              'late': {'route': 'FROM /* INTO $upstream', 'priority': 10},
              'old': {'route': 'FROM /* INTO $upstream', 'timeToLiveSecs': -1},
              'none': {'priority': 1},
              'number': 7}
            """
                .replace("'B'", "\\u0027B\\u0027"));
    assertThat(read.routes().keySet()).containsExactly("good");
    assertThat(read.routeProblems().stream().map(Problem::toString))
        .containsExactly(
            "routes.alarms: column 15: unknown function \"upercase\" (did you mean upper?)",
            "routes.late.priority: is 10, not a whole number from 0 to 9"
                + " (give a number in that range)",
            "routes.old.timeToLiveSecs: is -1, not a whole number from 0 to 31536000"
                + " (give a number in that range)",
            "routes.none.route: is missing (write the route's text)",
            "routes.number: is a number, not a text (write the route's text)");
  }

  @Test
  void anyOtherProblemMakesTheWholeInvalidAndTellsTheRoutesToo() throws JsonProcessingException {
    assertThat(problems("'routes': {'a': 'INTO'}, 'storeAndForwardConfiguration': 5")).hasSize(2);
  }

  @Test
  void theStoreHasItsLimits() throws JsonProcessingException {
    var read =
        read(
            """
            'storeAndForwardConfiguration': {'timeToLiveSecs': 60,
              'storeLimits': {'maxSizeBytes': 1048576, 'overflow': 'refuse'},
              'upstreamLimits': {'bytesPerHour': 65536}}
            """);
    assertThat(read.timeToLive()).isEqualTo(Duration.ofMinutes(1));
    assertThat(read.maxSizeBytes()).isEqualTo(1 << 20);
    assertThat(read.overflow()).isEqualTo(Overflow.REFUSE);
    assertThat(read.upstreamBytesPerHour()).contains(65536L);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void noTimeToLiveIsForAsLongAsThereIsRoom(int seconds) throws JsonProcessingException {
    assertThat(
            read("'storeAndForwardConfiguration': {'timeToLiveSecs': " + seconds + "}")
                .timeToLive())
        .isZero();
  }

  @Test
  void theAccessListIsReadInIotEdgesForm() throws JsonProcessingException {
    var read =
        read(
            """
            'mqttBroker': {'authorizations': [
              {'identities': ['{{iot:identity}}'], 'allow': [{'operations': ['mqtt:connect']}]},
              {'identities': ['press', 'device:leaf1'],
               'allow': [{'operations': ['mqtt:publish', 'mqtt:subscribe'], 'resources': ['a/#']}],
               'deny': [{'operations': ['mqtt:publish'], 'resources': ['a/{{mqtt:client_id}}']}]}]}
            """);
    assertThat(read.access().statements())
        .containsExactly(
            new AccessList.Statement(
                List.of("{{iot:identity}}"),
                List.of(new AccessList.Rule(Set.of(Operation.CONNECT), List.of())),
                List.of()),
            new AccessList.Statement(
                List.of("press", "device:leaf1"),
                List.of(
                    new AccessList.Rule(
                        Set.of(Operation.PUBLISH, Operation.SUBSCRIBE), List.of("a/#"))),
                List.of(
                    new AccessList.Rule(
                        Set.of(Operation.PUBLISH), List.of("a/{{mqtt:client_id}}")))));
  }

  @Test
  void devicesProveThemselvesByKeyOrCertificate() throws JsonProcessingException {
    var print = "A".repeat(40);
    var read =
        read(
            "'devices': {'leaf1': {'generation': '1'}, 'Leaf.2_b-c': {'thumbprints': ['"
                + print
                + "', '"
                + "0".repeat(64)
                + "']}}");
    assertThat(read.devices())
        .containsEntry("leaf1", new DeviceAuth(Optional.of("1"), List.of()))
        .containsEntry(
            "Leaf.2_b-c",
            new DeviceAuth(Optional.empty(), List.of("a".repeat(40), "0".repeat(64))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a/b': {'generation': '1'}} | devices.a/b: is no device's id",
        "{'a': {}} | devices.a: has no way to prove itself",
        "{'a': {'generation': 'x y'}} | devices.a.generation: is no generation",
        "{'a': {'generation': 1}} | devices.a.generation: is a number, not a text",
        "{'a': {'thumbprints': ['00']}} | devices.a.thumbprints[0]: is \"00\", which is not taken",
        "{'a': {'thumbprints': ['1','2','3']}} | devices.a.thumbprints: has 3 elements",
        "{'a': 'b'} | devices.a: is a string, not an object",
        "['a'] | devices: is a array, not an object",
      })
  void aDevicesMistakeIsTold(String devices, String problem) throws JsonProcessingException {
    assertThat(problems("'devices': " + devices)).singleElement().asString().startsWith(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'allow': []} | identities: is missing or empty",
        "{'identities': ['a b'], 'allow': []} | identities[0]: is \"a b\", which is not taken here",
        "{'identities': ['{{x}}'], 'allow': []} | identities[0]: is \"{{x}}\", which is not taken",
        "{'identities': ['a']} | allow: is missing",
        "{'identities': ['a'], 'allow': [{'resources': ['a']}]} | allow[0].operations: is missing",
        "{'identities': ['a'], 'deny': [{'operations': ['mqtt:publish']}]} | deny[0].resources: is",
        "{'identities': ['a'], 'allow': [{'operations': ['publish'], 'resources': ['a']}]} |"
            + " allow[0].operations[0]: is \"publish\", which is not taken here (write mqtt:",
        "{'identities': ['a'], 'allow': [{'operations': ['mqtt:publish'], 'resources': ['a#']}]} |"
            + " allow[0].resources[0]: is \"a#\", which is not taken here (write a topic filter",
      })
  void aStatementsMistakeIsTold(String statement, String problem) throws JsonProcessingException {
    assertThat(problems("'mqttBroker': {'authorizations': [" + statement + "]}"))
        .singleElement()
        .asString()
        .startsWith("mqttBroker.authorizations[0]." + problem);
  }

  @Test
  void numbersAreBounded() throws JsonProcessingException {
    var routes = json("");
    var at = routes.putObject("routes");
    IntStream.range(0, 201).forEach(i -> at.put("r" + i, "FROM /* INTO $upstream"));
    assertThat(HubDesired.read(routes, "").problems())
        .containsExactly(new Problem("routes", "has 201 routes", "give it at most 200"));
    var devices = json("");
    var leaves = devices.putObject("devices");
    IntStream.range(0, 1001).forEach(i -> leaves.putObject("d" + i).put("generation", "1"));
    assertThat(HubDesired.read(devices, "").problems())
        .containsExactly(new Problem("devices", "has 1001 devices", "give it at most 1000"));
    var statements = "{'identities': ['a'], 'deny': []},".repeat(501);
    assertThat(
            problems("'mqttBroker': {'authorizations': [" + statements.replaceAll(",$", "") + "]}"))
        .containsExactly("mqttBroker.authorizations: has 501 elements (give it at most 500)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'storeAndForwardConfiguration': {'timeToLiveSecs': -2} | storeAndForwardConfiguration.time",
        "'storeAndForwardConfiguration': {'storeLimits': {'overflow': 'x'}} |"
            + " storeAndForwardConfiguration.storeLimits.overflow: is \"x\", not one of dropOldest, refuse",
        "'storeAndForwardConfiguration': {'upstreamLimits': {'bytesPerHour': 65535}} |"
            + " storeAndForwardConfiguration.upstreamLimits.bytesPerHour: is 65535, not a whole",
        "'mqttBroker': {'bridges': [{}]} | mqttBroker.bridges: are not known to this hub",
      })
  void otherMistakesAreTold(String fields, String problem) throws JsonProcessingException {
    assertThat(problems(fields)).singleElement().asString().startsWith(problem);
  }
}
