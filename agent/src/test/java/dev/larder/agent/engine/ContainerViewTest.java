package dev.larder.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.node.NodeNames;
import dev.larder.agent.plan.Container;
import dev.larder.common.json.Json;
import org.junit.jupiter.api.Test;

class ContainerViewTest {
  private static Container container(String networkMode, String network) throws Exception {
    var inspect =
        """
        {"Id": "c", "Name": "/larder-cache", "Config": {"Labels": {"%s": "cache"}},
         "HostConfig": {"NetworkMode": "%s"}, "NetworkSettings": {"Networks": {"%s": {}}}}
        """
            .formatted(NodeNames.LABEL_MODULE, networkMode, network);
    return ContainerView.of(Json.mapper().readTree(inspect), new NodeNames("larder")).orElseThrow();
  }

  @Test
  void oneOfTheNodesNetworkIsToHangOnIt() throws Exception {
    assertThat(container("larder", "larder").connected()).isTrue();
    assertThat(container("larder", "bridge").connected()).isFalse();
  }

  @Test
  void oneThatWasMadeForAnotherNetworkIsLeftThere() throws Exception {
    assertThat(container("host", "host").connected()).isTrue();
    assertThat(container("lan", "lan").connected()).isTrue();
    assertThat(container("container:1f", "none").connected()).isTrue();
  }
}
