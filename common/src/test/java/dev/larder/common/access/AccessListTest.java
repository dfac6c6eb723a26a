package dev.larder.common.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.common.access.AccessList.Rule;
import dev.larder.common.access.AccessList.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessListTest {
  private static final String NODE = "node-1";
  private static final Client PRESS = module("press", "node-1/press");
  private static final Client OVEN = module("oven", "node-1/oven");
  private static final Client LEAF = new Client("device:leaf1", NODE, "leaf1", "", "leaf1");
  private static final Client ANYONE = new Client(Client.ANONYMOUS, NODE, "", "", "probe");

  private static Client module(String id, String clientId) {
    return new Client(id, NODE, NODE, id, clientId);
  }

  private static Client calling(String clientId) {
    return new Client(Client.ANONYMOUS, NODE, "", "", clientId);
  }

  private static Rule rule(Operation operation, String... resources) {
    return new Rule(Set.of(operation), List.of(resources));
  }

  private static Statement allow(String identity, Rule... rules) {
    return new Statement(List.of(identity), List.of(rules), List.of());
  }

  private static Statement deny(String identity, Rule... rules) {
    return new Statement(List.of(identity), List.of(), List.of(rules));
  }

  private static AccessList list(Statement... statements) {
    return new AccessList(List.of(statements));
  }

  private static boolean publishes(AccessList list, Client client, String topic) {
    return list.allows(client, Operation.PUBLISH, topic);
  }

  private static boolean subscribes(AccessList list, Client client, String filter) {
    return list.allows(client, Operation.SUBSCRIBE, filter);
  }

  @Test
  void nothingIsAllowedButToConnectAsSomeone() {
    for (var client : List.of(PRESS, LEAF, ANYONE)) {
      assertThat(publishes(AccessList.NONE, client, "a")).isFalse();
      assertThat(subscribes(AccessList.NONE, client, "a")).isFalse();
      assertThat(AccessList.NONE.allows(client, Operation.CONNECT, ""))
          .isEqualTo(!client.isAnonymous());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "press, true, false, false, false",
    "node-1/press, true, false, false, false",
    "other/press, false, false, false, false",
    "oven, false, true, false, false",
    "device:leaf1, false, false, true, false",
    "leaf1, false, false, false, false",
    "anonymous, false, false, false, true",
    "{{iot:identity}}, true, true, true, false",
    "device:{{iot:device_id}}, false, false, true, false",
    "{{iot:this_device_id}}/press, true, false, false, false",
    "{{mqtt:client_id}}, true, true, false, false",
  })
  void anIdentityNamesItsClients(
      String identity, boolean press, boolean oven, boolean leaf, boolean anyone) {
    var list = list(allow(identity, rule(Operation.PUBLISH, "a/#")));
    assertThat(List.of(PRESS, OVEN, LEAF, ANYONE))
        .extracting(client -> publishes(list, client, "a/b"))
        .containsExactly(press, oven, leaf, anyone);
  }

  @Test
  void aModulesNameIsNotADevices() {
    var leafCalledPress = new Client("device:press", NODE, "press", "", "press");
    var list = list(allow("press", rule(Operation.PUBLISH, "a")));
    assertThat(publishes(list, leafCalledPress, "a")).isFalse();
  }

  @Test
  void anOperationIsAllowedForItselfAlone() {
    var list = list(allow("press", rule(Operation.PUBLISH, "a/+")));
    assertThat(publishes(list, PRESS, "a/b")).isTrue();
    assertThat(publishes(list, PRESS, "a/b/c")).isFalse();
    assertThat(subscribes(list, PRESS, "a/b")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "a/#, a/+/b, true",
    "a/#, a/#, true",
    "a/+, a/#, false",
    "a/+, a/b, true",
    "a/b, a/+, false",
    "a/#, #, false",
    "a/#, a/b#, false",
  })
  void aSubscriptionIsAllowedWhenAResourceCoversIt(String resource, String wish, boolean allowed) {
    var list = list(allow("press", rule(Operation.SUBSCRIBE, resource)));
    assertThat(subscribes(list, PRESS, wish)).isEqualTo(allowed);
  }

  @Test
  void inAStatementADenialComesFirst() {
    var list =
        list(
            new Statement(
                List.of("press"),
                List.of(rule(Operation.PUBLISH, "a/#")),
                List.of(rule(Operation.PUBLISH, "a/secret"))));
    assertThat(publishes(list, PRESS, "a/b")).isTrue();
    assertThat(publishes(list, PRESS, "a/secret")).isFalse();
  }

  @Test
  void theFirstStatementThatFitsDecides() {
    var allow = allow("press", rule(Operation.PUBLISH, "a/b"));
    var deny = deny("{{iot:identity}}", rule(Operation.PUBLISH, "a/#"));
    assertThat(publishes(list(allow, deny), PRESS, "a/b")).isTrue();
    assertThat(publishes(list(deny, allow), PRESS, "a/b")).isFalse();
    assertThat(publishes(list(allow, deny), OVEN, "a/b")).isFalse();
  }

  @Test
  void aWiderSubscriptionIsAllowedAndWhatIsDeniedIsNotDelivered() {
    var grants =
        list(
                deny("press", rule(Operation.SUBSCRIBE, "a/secret/#")),
                allow("press", rule(Operation.SUBSCRIBE, "a/#")))
            .grants(PRESS);
    assertThat(grants.allows(Operation.SUBSCRIBE, "a/secret/+")).isFalse();
    assertThat(grants.allows(Operation.SUBSCRIBE, "a/#")).isTrue();
    assertThat(grants.delivers("a/b")).isTrue();
    assertThat(grants.delivers("a/secret/b")).isFalse();
    assertThat(grants.delivers("a/secret")).isFalse();
  }

  @Test
  void withoutADenialEverythingIsDelivered() {
    var grants =
        list(
                allow("press", rule(Operation.SUBSCRIBE, "a/#")),
                deny("press", rule(Operation.PUBLISH, "a/#")))
            .grants(PRESS);
    assertThat(grants.delivers("a/b")).isTrue();
  }

  @Test
  void connectingCanBeDeniedAndGiven() {
    var connect = new Rule(Set.of(Operation.CONNECT), List.of());
    var list = list(deny("press", connect), allow("anonymous", connect));
    assertThat(list.allows(PRESS, Operation.CONNECT, "")).isFalse();
    assertThat(list.allows(OVEN, Operation.CONNECT, "")).isTrue();
    assertThat(list.allows(ANYONE, Operation.CONNECT, "")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "t/{{mqtt:client_id}}/+, t/node-1/press/x, t/leaf1/x, t/probe/x",
    "t/{{iot:identity}}/x, t/node-1/press/x, t/leaf1/x, t/anonymous/x",
    "t/{{iot:device_id}}/x, t/node-1/x, t/leaf1/x, t//x",
    "t/{{iot:module_id}}/x, t/press/x, t//x, t//x",
    "t/{{iot:this_device_id}}/x, t/node-1/x, t/node-1/x, t/node-1/x",
    "t/a-{{mqtt:client_id}}-b/x, t/a-node-1/press-b/x, t/a-leaf1-b/x, t/a-probe-b/x",
  })
  void variablesStandForTheClientsOwn(String resource, String press, String leaf, String anyone) {
    var rule = rule(Operation.PUBLISH, resource);
    var list = list(allow("{{iot:identity}}", rule), allow("anonymous", rule));
    assertThat(publishes(list, PRESS, press)).isTrue();
    assertThat(publishes(list, LEAF, leaf)).isTrue();
    assertThat(publishes(list, ANYONE, anyone)).isTrue();
    assertThat(publishes(list, PRESS, "t/other/x")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"+", "#", "a/b", "+/x", "$SYS", "{{iot:identity}}", "a\0b"})
  void aClientIdIsNoWayRoundTheList(String clientId) {
    var own = rule(Operation.SUBSCRIBE, "t/{{mqtt:client_id}}/x");
    var allowing = list(allow("anonymous", own));
    assertThat(subscribes(allowing, calling(clientId), "t/" + clientId + "/x")).isFalse();
    assertThat(subscribes(allowing, calling(clientId), "t/a/x")).isFalse();
    var denying = list(deny("anonymous", own), allow("anonymous", rule(Operation.SUBSCRIBE, "#")));
    assertThat(subscribes(denying, calling("mine"), "t/other/x")).isTrue();
    assertThat(subscribes(denying, calling(clientId), "t/other/x")).isFalse();
    assertThat(denying.grants(calling(clientId)).delivers("t/other/x")).isFalse();
  }

  @Test
  void whatHasNoFormIsNotMade() {
    assertThatThrownBy(() -> rule(Operation.PUBLISH, "a/#/b"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> allow("a b")).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "a/{{mqtt:client_id}}/#, true",
    "a/{{nobody}}/#, false",
    "a/{{iot:identity}, false",
    "a#, false",
    "'', false",
  })
  void aResourceIsAFilterWithKnownVariables(String text, boolean resource) {
    assertThat(AccessList.isResource(text)).isEqualTo(resource);
  }
}
