package dev.larder.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.enrol.EnrolCommand;
import dev.larder.agent.node.NodeFiles;
import dev.larder.common.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;

/** Enrols as the deploy script does. */
public final class TestEnrolment {
  private TestEnrolment() {}

  /** A node of the test's cloud in this folder. */
  public static NodeFiles enrol(TestCloud cloud, Path dataDir) throws Exception {
    return enrol(cloud.request("larder", dataDir.toString()), dataDir);
  }

  /** A node by this request. */
  public static NodeFiles enrol(ObjectNode request, Path dataDir) throws Exception {
    var said = new ByteArrayOutputStream();
    var all = new PrintStream(said, true, StandardCharsets.UTF_8);
    var in = new ByteArrayInputStream(Json.writeBytes(request));
    assertThat(new EnrolCommand(in, all, all, InstantSource.system()).run("test"))
        .as(said.toString(StandardCharsets.UTF_8))
        .isZero();
    return new NodeFiles(dataDir);
  }
}
