package dev.larder.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPolicyCheckTest {
  /** Allows one thing of each kind. */
  private static final HostPolicy OPEN =
      HostPolicy.read(
              """
              {"registries": ["registry.example", "docker.io/library/busybox", "mirror.example:5000/team"],
               "localImages": true,
               "binds": [{"path": "/srv/data", "writable": true, "below": true}, {"path": "/etc/localtime"}],
               "engineSocket": true, "volumeDrivers": ["nfs"], "privileged": true,
               "hostNamespaces": ["network", "pid", "ipc", "uts", "user", "cgroup"],
               "networks": ["lan"], "containers": ["db"], "capabilities": ["NET_ADMIN"],
               "devices": ["/dev/ttyUSB0", "/dev/snd"], "securityOptions": ["seccomp=unconfined", "systempaths=unconfined"],
               "cgroupParents": ["/larder.slice"], "logDrivers": ["syslog"],
               "otherOptions": ["HostConfig.Runtime", "HostConfig.Sysctls"]}
              """)
          .orThrow();

  private static final Optional<String> AGENT = Optional.of("registry.example/agent:0.9");

  private static List<Violation> check(HostPolicy policy, String createOptions) throws Exception {
    var manifest = TestManifests.read(TestManifests.desired(createOptions));
    return policy.check(manifest, TestManifests.HOST, AGENT);
  }

  private static String host(String options) {
    return "{\"HostConfig\": {" + options.replace('\'', '"') + "}}";
  }

  /** No policy is needed for these. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'Binds': ['data:/data', '/anonymous', 'data:/d:ro', '/srv/cache/larder:/cache/1', '/srv/x/../cache/larder/:/c']",
        "'Mounts': [{'Type': 'volume', 'Source': 'data', 'Target': '/d', 'VolumeOptions': {'DriverConfig': {'Name': 'local'}}}]",
        "'Mounts': [{'Type': 'tmpfs', 'Target': '/t'}, {'Type': 'volume', 'Target': '/d'}]",
        "'PortBindings': {'80/tcp': [{'HostPort': '80'}]}, 'Memory': 1, 'CapDrop': ['ALL'], 'ReadonlyRootfs': true",
        "'CapAdd': ['NET_BIND_SERVICE', 'cap_chown'], 'SecurityOpt': ['no-new-privileges:true']",
        "'NetworkMode': 'bridge', 'IpcMode': 'private', 'PidMode': '', 'CgroupnsMode': 'private', 'UTSMode': ''",
        "'NetworkMode': 'none'",
        "'NetworkMode': 'larder'",
        "'NetworkMode': 'container:larder-cache', 'VolumesFrom': ['larder-cache:ro'], 'Links': ['larder-cache:c']",
        "'Privileged': false, 'Privileges': null, 'Devices': [], 'DeviceRequests': null, 'Sysctls': {}, 'Runtime': ''",
        "'OomScoreAdj': 500, 'OomKillDisable': false, 'LogConfig': {'Type': 'json-file', 'Config': {'max-size': '1m'}}",
      })
  void givesEveryModule(String options) throws Exception {
    assertThat(check(HostPolicy.BUILT_IN, host(options))).isEmpty();
  }

  /**
   * Refused by the built-in policy, named by clause and path; and allowed where a policy says so.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'Privileged': true | privileged | HostConfig.Privileged",
        "'privileged': true | privileged | HostConfig.privileged",
        "'CapAdd': ['CAP_NET_ADMIN'] | capabilities | HostConfig.CapAdd",
        "'CapAdd': 'net_admin' | capabilities | HostConfig.CapAdd",
        "'Devices': [{'PathOnHost': '/dev/ttyUSB0'}] | devices | HostConfig.Devices[0].PathOnHost",
        "'Devices': [{'pathonhost': '/dev/x/../snd/seq'}] | devices | HostConfig.Devices[0].PathOnHost",
        "'SecurityOpt': ['seccomp:unconfined'] | securityOptions | HostConfig.SecurityOpt",
        "'MaskedPaths': ['/proc/kcore'] | securityOptions | HostConfig.MaskedPaths",
        "'NetworkMode': 'host' | hostNamespaces | HostConfig.NetworkMode",
        "'PidMode': 'host' | hostNamespaces | HostConfig.PidMode",
        "'IpcMode': 'host' | hostNamespaces | HostConfig.IpcMode",
        "'UTSMode': 'host' | hostNamespaces | HostConfig.UTSMode",
        "'UsernsMode': 'host' | hostNamespaces | HostConfig.UsernsMode",
        "'CgroupnsMode': 'host' | hostNamespaces | HostConfig.CgroupnsMode",
        "'NetworkMode': 'lan' | networks | HostConfig.NetworkMode",
        "'NetworkMode': 'container:db' | containers | HostConfig.NetworkMode",
        "'PidMode': 'container:db' | containers | HostConfig.PidMode",
        "'VolumesFrom': ['db:ro'] | containers | HostConfig.VolumesFrom",
        "'Links': ['db:database'] | containers | HostConfig.Links",
        "'CgroupParent': '/larder.slice' | cgroupParents | HostConfig.CgroupParent",
        "'Binds': ['/srv/data/x:/x'] | binds | HostConfig.Binds[0]",
        "'Binds': ['data:/d', '/etc/localtime:/etc/localtime:ro'] | binds | HostConfig.Binds[1]",
        "'Mounts': [{'Type': 'bind', 'Source': '/srv/data', 'Target': '/x'}] | binds | HostConfig.Mounts[0].Source",
        "'Binds': ['/var/run/docker.sock:/s'] | engineSocket | HostConfig.Binds[0]",
        "'Binds': ['/run/./docker.sock:/s:ro'] | engineSocket | HostConfig.Binds[0]",
        "'VolumeDriver': 'nfs' | volumeDrivers | HostConfig.VolumeDriver",
        "'Mounts': [{'Type': 'volume', 'Target': '/x', 'VolumeOptions': {'DriverConfig': {'Name': 'nfs', 'Options': {'o': 'x'}}}}] | volumeDrivers | HostConfig.Mounts[0].VolumeOptions.DriverConfig.Name",
        "'LogConfig': {'Type': 'syslog'} | logDrivers | HostConfig.LogConfig.Type",
        "'Runtime': 'kata' | otherOptions | HostConfig.Runtime",
        "'sysctls': {'net.core.somaxconn': '1'} | otherOptions | HostConfig.sysctls",
      })
  void refusesUnlessItsClauseAllows(String options, String clause, String path) throws Exception {
    assertThat(check(HostPolicy.BUILT_IN, host(options)))
        .singleElement()
        .satisfies(violation -> {
          assertThat(violation.module().value()).isEqualTo("press");
          assertThat(violation.clause().text()).isEqualTo(clause);
          assertThat(violation.path()).isEqualTo("createOptions." + path);
          assertThat(violation.mend()).isNotEmpty();
        });
    assertThat(check(OPEN, host(options))).isEmpty();
  }

  /** Refused by a policy that is wide open elsewhere. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'Binds': ['/srv/data/../../etc:/x'] | binds",
        "'Binds': ['/srv/database:/x'] | binds",
        "'Binds': ['/etc/localtime:/x'] | binds",
        "'Binds': ['/etc/localtime:/x:rw,noro'] | binds",
        "'Binds': ['/etc/localtime:/x:ro,rslave'] | binds",
        "'Mounts': [{'Type': 'bind', 'Source': '/etc/localtime', 'ReadOnly': true, 'BindOptions': {'Propagation': 'slave'}}] | binds",
        "'Mounts': [{'Type': 'bind', 'Source': '/etc/localtime', 'ReadOnly': true, 'BindOptions': {'NonRecursive': false}}] | binds",
        "'Mounts': [{'Type': 'bind', 'Source': '/etc/localtime', 'ReadOnly': true, 'BindOptions': {'nonrecursive': true}}] | fixed",
        "'Binds': ['/etc/localtime/x:/x:ro'] | binds",
        "'Binds': ['/srv/cache/larder/x:/x'] | binds",
        "'Binds': ['/var/run:/x'] | binds",
        "'Binds': ['/var/lib/larder:/x:ro'] | fixed",
        "'Binds': ['/var/lib:/x:ro'] | fixed",
        "'Binds': ['/:/x:ro'] | fixed",
        "'Binds': ['/var/lib/larder/identity/edgeHub:/x:ro'] | fixed",
        "'Binds': ['/srv/data:/x:rshared'] | fixed",
        "'Mounts': [{'Type': 'bind', 'Source': '/srv/data', 'BindOptions': {'propagation': 'shared'}}] | fixed",
        "'Mounts': [{'Type': 'bind', 'Source': '/etc/localtime'}] | binds",
        "'Mounts': [{'Type': 'bind', 'Source': 'srv/data'}] | fixed",
        "'Mounts': [{'Type': 'npipe', 'Source': 'x'}] | fixed",
        "'Mounts': [{'Type': 'volume', 'VolumeOptions': {'DriverConfig': {'Options': {'type': 'none', 'o': 'bind', 'device': '/etc'}}}}] | fixed",
        "'Mounts': [{'Type': 'volume', 'VolumeOptions': {'driverconfig': {'name': 'local', 'options': {'device': '/dev/sda1'}}}}] | fixed",
        "'Mounts': [{'Type': 'volume', 'source': 'other-data'}] | fixed",
        "'Mounts': {'Type': 'bind'} | fixed",
        "'Privileged': true, 'privileged': false | fixed",
        "'Binds': ['data:/d'], 'binds': ['/etc:/x'] | fixed",
        "'CapAdd': ['ALL'] | capabilities",
        "'CapAdd': [7] | fixed",
        "'Devices': [{'PathOnHost': '/dev'}] | devices",
        "'Devices': [{'PathOnHost': '/dev/sndx'}] | devices",
        "'SecurityOpt': ['apparmor=unconfined'] | securityOptions",
        "'SecurityOpt': 'seccomp=unconfined' | fixed",
        "'NetworkMode': 'other' | networks",
        "'NetworkMode': 'container:larder-agent' | containers",
        "'VolumesFrom': ['larder-hub'] | containers",
        "'VolumesFrom': ['larder-gone'] | containers",
        "'PidMode': 'strange' | fixed",
        "'CgroupParent': '/larder.slice/../system.slice' | cgroupParents",
        "'DeviceRequests': [{'Count': -1}] | otherOptions",
        "'OomScoreAdj': -900 | otherOptions",
        "'OptionOfTomorrow': false | otherOptions",
      })
  void refusesEvenThen(String options, String clause) throws Exception {
    assertThat(check(OPEN, host(options)))
        .singleElement()
        .extracting(violation -> violation.clause().text())
        .isEqualTo(clause);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "registry.example/press:1 | on-create | ''",
        "registry.example/deep/press@sha256:0000000000000000000000000000000000000000000000000000000000000000 | on-create | ''",
        "mirror.example:5000/team/press:1 | on-create | ''",
        "busybox:1 | on-create | ''",
        "docker.io/library/busybox/x | on-create | ''",
        "press:1 | never | ''",
        "press:1 | on-create | localImages",
        "busyboxy:1 | on-create | localImages",
        "team/press:1 | on-create | localImages",
        "mirror.example:5000/teams/press:1 | on-create | registries",
        "mirror.example/team/press:1 | on-create | registries",
        "mirror.example:5000/team/../press:1 | on-create | registries",
        "registry.example.evil.example/press:1 | never | registries",
      })
  void holdsImagesToTheirRegistries(String image, String pullPolicy, String clause)
      throws Exception {
    var manifest = TestManifests.read(TestManifests.desired(image, pullPolicy, "{}"));
    assertThat(OPEN.check(manifest, TestManifests.HOST, AGENT))
        .extracting(violation -> violation.clause().text())
        .isEqualTo(clause.isEmpty() ? List.of() : List.of(clause));
  }

  @Test
  void judgesNetworksBesideTheMode() throws Exception {
    var endpoints =
        "{\"NetworkingConfig\": {\"EndpointsConfig\": {\"secret\": {\"Links\": [\"other\"]}}}";
    // Left out by the agent, for the module leaves the choice of its network.
    assertThat(check(OPEN, endpoints + "}")).isEmpty();
    assertThat(check(OPEN, endpoints + ", \"HostConfig\": {\"NetworkMode\": \"lan\"}}"))
        .extracting(Violation::path)
        .containsExactly(
            "createOptions.NetworkingConfig.EndpointsConfig.secret",
            "createOptions.NetworkingConfig.EndpointsConfig.secret.Links");
  }

  /** What leads to another network, or may: only what the engine answers by itself is let pass. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'Aliases': ['a'], 'IPAMConfig': {'IPv4Address': '10.0.0.9'}, 'MacAddress': '' | ``",
        "'NetworkID': '', 'IPPrefixLen': 0, 'DriverOpts': null | ``",
        "'NetworkID': 'lan' | NetworkID",
        "'networkid': 'lan' | networkid",
        "'EndpointID': 'x' | EndpointID",
        "'DriverOpts': {'com.docker.network.endpoint.sysctls': 'x'} | DriverOpts",
        "'Links': ['larder-hub:h'] | Links",
      })
  void anEndpointIsOfTheNetworkThatItIsNamedFor(String fields, String refused) throws Exception {
    var options =
        """
        {"HostConfig": {"NetworkMode": "larder"},
         "NetworkingConfig": {"EndpointsConfig": {"larder": {%s}}}}
        """
            .formatted(fields.replace('\'', '"'));
    var path = "createOptions.NetworkingConfig.EndpointsConfig.larder.";
    assertThat(check(HostPolicy.BUILT_IN, options))
        .extracting(Violation::path)
        .isEqualTo(refused.isEmpty() ? List.of() : List.of(path + refused));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "registry.example/agent:2 | registry.example/agent:1",
        "Registry.Example/agent:2 | registry.example/agent@sha256:0000000000000000000000000000000000000000000000000000000000000000",
        "agent:2 | docker.io/library/agent:1",
        "new.example/larder/agent:2 | registry.example/agent:1",
      })
  void theAgentIsReplacedFromItsOwnRepositoryOrAListedOne(String asked, String running)
      throws Exception {
    assertThat(agent(asked, Optional.of(running))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "registry.example/agents:1",
        "registry.example/team/agent:1",
        "other.example/agent:1",
        "new.example/larder/agent/x:1",
        "agent:1"
      })
  void theAgentIsReplacedFromNoOther(String asked) throws Exception {
    assertThat(agent(asked, Optional.empty())).isEmpty();
    assertThat(agent(asked, AGENT))
        .singleElement()
        .satisfies(violation -> {
          assertThat(violation.clause()).isEqualTo(Clause.AGENT_IMAGES);
          assertThat(violation.mend())
              .contains(asked.replaceAll(":1$", "") + "\" to agentImages")
              .contains("registry.example/agent");
        });
  }

  private static List<Violation> agent(String image, Optional<String> running) throws Exception {
    var desired = TestManifests.desired("{}");
    ((ObjectNode) desired.at("/systemModules/edgeAgent/settings")).put("image", image);
    var policy =
        HostPolicy.read(
                "{'registries': ['*'], 'agentImages': ['new.example/larder/agent']}"
                    .replace('\'', '"'))
            .orThrow();
    return policy.check(TestManifests.read(desired), TestManifests.HOST, running);
  }

  @Test
  void namesAllViolationsOfAllModulesAndTheAgentsImage() throws Exception {
    var desired =
        TestManifests.desired("{\"VolumeDriver\": \"x\", \"Strange\": 1, \"HostConfig\": []}");
    var nothing = HostPolicy.read("{}").orThrow();
    assertThat(nothing.check(TestManifests.read(desired), TestManifests.HOST, AGENT))
        .extracting(violation -> violation.module() + " " + violation.path())
        .containsExactlyInAnyOrder(
            "edgeAgent image",
            "edgeHub image",
            "cache image",
            "press image",
            "press createOptions.VolumeDriver",
            "press createOptions.Strange",
            "press createOptions.HostConfig");
  }

  @Test
  void saysWhatToDo() throws Exception {
    assertThat(check(HostPolicy.BUILT_IN, host("'Binds': ['/cache2/larder:/cache/2']")))
        .singleElement()
        .asString()
        .contains("module press: createOptions.HostConfig.Binds[0] mounts /cache2/larder", "binds")
        .contains("running deploy.sh again");
  }
}
