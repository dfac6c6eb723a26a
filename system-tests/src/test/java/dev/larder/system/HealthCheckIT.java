package dev.larder.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The images' health check on a service that answers, hangs, and answers again: busybox's httpd.
 */
class HealthCheckIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String NAME = "larder-health-check";
  private static final String IMAGE = "larder-health-check:test";

  @TempDir private Path folder;

  @BeforeEach
  void start() throws IOException {
    Files.copy(Path.of("/bin/busybox"), folder.resolve("busybox"));
    Files.copy(Command.repository("images/health.sh"), folder.resolve("health.sh"));
    Files.writeString(folder.resolve("health"), "{}");
    Files.write(folder.resolve("Dockerfile"), dockerfile());
    docker("build", "--quiet", "--tag", IMAGE, ".");
    docker("run", "--detach", "--name", NAME, IMAGE);
  }

  private static List<String> dockerfile() throws IOException {
    var check =
        Files.readAllLines(Command.repository("images/Dockerfile")).stream()
            .filter(line -> line.startsWith("HEALTHCHECK"));
    var service =
        Stream.of(
            "FROM scratch",
            "COPY busybox /bin/busybox",
            "COPY health.sh /app/health.sh",
            "COPY health /www/health",
            "CMD [\"/bin/busybox\", \"httpd\", \"-f\", \"-p\", \"127.0.0.1:9600\", \"-h\", \"/www\"]");
    return Stream.concat(service, check).toList();
  }

  @AfterEach
  void remove() throws IOException {
    docker("rm", "--force", NAME);
    docker("image", "rm", IMAGE);
  }

  private String docker(String... arguments) throws IOException {
    var words = Stream.concat(Stream.of("docker"), Stream.of(arguments)).toList();
    return Command.run(folder, LIMIT, words).succeeded().output();
  }

  private void await(String status) {
    Await.until(
        status,
        LIMIT,
        () ->
            docker("inspect", "--format", "{{.State.Health.Status}}", NAME).strip().equals(status));
  }

  @Test
  void saysWhetherTheServiceAnswersAndLeavesNoProcessBehind() throws IOException {
    await("healthy");
    docker("kill", "--signal", "STOP", NAME);
    await("unhealthy");
    assertThat(docker("inspect", "--format", "{{json .State.Health}}", NAME))
        .contains("The service does not answer.");
    // While the first process stands still nobody but the check itself reaps what it began.
    assertThat(docker("top", NAME, "-o", "stat,pid").lines().skip(1))
        .isNotEmpty()
        .noneMatch(state -> state.startsWith("Z"));
    docker("kill", "--signal", "CONT", NAME);
    await("healthy");
  }
}
