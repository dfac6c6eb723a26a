package dev.larder.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL on a free port of the loopback, by Debian's binaries. */
record TestPostgres(Path data, int port) implements AutoCloseable {
  private static final Path BINARIES = Path.of("/usr/lib/postgresql/15/bin");

  /** Starts one in a folder that is not there yet. */
  static TestPostgres start(Path folder) throws IOException {
    assertThat(BINARIES.resolve("initdb"))
        .as("Debian's PostgreSQL 15, which scripts/test.sh installs")
        .isExecutable();
    var everybody = PosixFilePermissions.fromString("rwxrwxrwx");
    // PostgreSQL's own user has to come through the test's folder too.
    Files.setPosixFilePermissions(folder.toAbsolutePath().getParent(), everybody);
    Files.createDirectory(folder);
    Files.setPosixFilePermissions(folder, everybody);
    var postgres = new TestPostgres(folder.resolve("data"), FreePort.on("127.0.0.1"));
    run("initdb", "--pgdata", postgres.data().toString(), "--auth=trust", "--username=larder");
    run(
        "pg_ctl",
        "--pgdata=" + postgres.data(),
        "--log=" + folder.resolve("postgres.log"),
        "--wait",
        "--options=-c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_directories="
            + folder
            + " -p "
            + postgres.port(),
        "start");
    return postgres;
  }

  /** As the JDBC driver takes it. */
  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=larder";
  }

  /** PostgreSQL refuses to run as root. */
  private static void run(String program, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    command.add(BINARIES.resolve(program).toString());
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue())
        .as("%s", command)
        .isEqualTo(0);
  }

  @Override
  public void close() throws IOException {
    run("pg_ctl", "--pgdata=" + data, "--mode=immediate", "--wait", "stop");
  }
}
