package dev.larder.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.problem.Problem;
import org.junit.jupiter.api.Test;

class HostPolicyReadTest {
  @Test
  void readsEveryClause() {
    var policy =
        HostPolicy.read(
                """
                {"registries": ["registry.example:5000/team/", "localhost", "index.docker.io/team", "*"],
                 "localImages": true, "agentImages": ["registry.example:5000/larder-agent", "larder-agent"],
                 "binds": [{"path": "/srv/../srv/data/", "writable": true, "below": true}, {"path": "/etc/x"}],
                 "engineSocket": true, "volumeDrivers": ["nfs"], "privileged": true,
                 "hostNamespaces": ["network", "pid"], "networks": ["lan"], "containers": ["db"],
                 "capabilities": ["cap_net_admin", "SYS_TIME"], "devices": ["/dev/ttyUSB0"],
                 "securityOptions": ["seccomp:unconfined"], "cgroupParents": ["/larder.slice"],
                 "logDrivers": ["syslog"], "otherOptions": ["HostConfig.Runtime"]}
                """)
            .orThrow();
    assertThat(policy.registries())
        .containsExactlyInAnyOrder(
            "registry.example:5000/team", "localhost", "docker.io/team", "*");
    assertThat(policy.agentImages())
        .containsExactlyInAnyOrder(
            "registry.example:5000/larder-agent", "docker.io/library/larder-agent");
    assertThat(policy.binds())
        .containsExactly(
            new BindRule("/srv/data", true, true), new BindRule("/etc/x", false, false));
    assertThat(policy.capabilities()).containsExactlyInAnyOrder("NET_ADMIN", "SYS_TIME");
    assertThat(policy.securityOptions()).containsExactly("seccomp=unconfined");
    assertThat(policy.localImages() && policy.engineSocket() && policy.privileged()).isTrue();
    assertThat(policy.hostNamespaces()).containsExactlyInAnyOrder("network", "pid");
    assertThat(policy.networks()).containsExactly("lan");
    assertThat(policy.containers()).containsExactly("db");
    assertThat(policy.volumeDrivers()).containsExactly("nfs");
    assertThat(policy.devices()).containsExactly("/dev/ttyUSB0");
    assertThat(policy.cgroupParents()).containsExactly("/larder.slice");
    assertThat(policy.logDrivers()).containsExactly("syslog");
    assertThat(policy.otherOptions()).containsExactly("HostConfig.Runtime");
  }

  @Test
  void namesEveryProblemByItsPath() {
    var problems =
        HostPolicy.read(
                """
                {"registry": ["a.example"], "registries": ["https://a.example", "team", 7, "a.example/../b"],
                 "privileged": "yes", "binds": [{"path": "data", "ro": true}, {}, "/srv"],
                 "hostNamespaces": ["net"], "capabilities": ["NET-ADMIN"], "devices": ["ttyUSB0"],
                 "networks": "lan", "containers": [""],
                 "agentImages": ["registry.example/a:1", "*", "a@sha256:00", "/a", "A"]}
                """)
            .problems();
    assertThat(problems)
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "registry",
            "registries[0]",
            "registries[1]",
            "registries[2]",
            "registries[3]",
            "privileged",
            "binds[0].ro",
            "binds[0].path",
            "binds[1].path",
            "binds[2]",
            "hostNamespaces[0]",
            "capabilities[0]",
            "devices[0]",
            "networks",
            "containers[0]",
            "agentImages[0]",
            "agentImages[1]",
            "agentImages[2]",
            "agentImages[3]",
            "agentImages[4]");
    assertThat(problems).allSatisfy(problem -> assertThat(problem.mend()).isNotEmpty());
  }

  @Test
  void refusesWhatIsNoObjectAndBoundsLists() {
    assertThat(HostPolicy.read("{\"registries\": [").problems()).hasSize(1);
    assertThat(HostPolicy.read("").problems()).hasSize(1);
    assertThat(HostPolicy.read("[]").problems()).hasSize(1);
    assertThat(HostPolicy.read("{\"privileged\": false, \"privileged\": true}").problems())
        .hasSize(1);
    var longName = "a.example" + "/a".repeat(20_000);
    assertThat(HostPolicy.read("{\"registries\": [\"" + longName + "\"]}").problems())
        .extracting(Problem::path)
        .containsExactly("registries[0]");
    var many = "\"lan\",".repeat(200) + "\"lan\"";
    assertThat(HostPolicy.read("{\"networks\": [" + many + "]}").problems())
        .extracting(Problem::message)
        .containsExactly("has 201 entries");
  }

  @Test
  void allowsNothingThatIsNotNamed() {
    var policy = HostPolicy.read("{}").orThrow();
    assertThat(policy.registries()).isEmpty();
    assertThat(policy.localImages() || policy.privileged() || policy.engineSocket()).isFalse();
    assertThat(policy.binds()).isEmpty();
  }
}
