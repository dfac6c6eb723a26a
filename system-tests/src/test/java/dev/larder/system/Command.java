package dev.larder.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command run to its end, its output kept. */
record Command(int exitCode, String output) {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** A file of the repository. */
  static Path repository(String path) {
    return ROOT.resolve(path);
  }

  static Command run(Path folder, Duration limit, List<String> words) throws IOException {
    return run(folder, limit, Map.of(), words);
  }

  /** Past the limit the command is ended and the test fails with what it had said. */
  static Command run(
      Path folder, Duration limit, Map<String, String> environment, List<String> words)
      throws IOException {
    var log = Files.createTempFile("larder-command-", ".log");
    try {
      var builder =
          new ProcessBuilder(new ArrayList<>(words))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      var process = builder.start();
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(words + " ran past " + limit + ":\n" + Files.readString(log));
      }
      return new Command(process.exitValue(), Files.readString(log));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while " + words + " ran", e);
    } finally {
      Files.deleteIfExists(log);
    }
  }

  /** This command, which must have ended with 0. */
  Command succeeded() {
    assertThat(exitCode).as(output).isZero();
    return this;
  }
}
