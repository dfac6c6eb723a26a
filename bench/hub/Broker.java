import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A broker under test: how it is configured and started on core 0, on loopback, with nobody refused. */
sealed interface Broker permits Broker.Program, Larder.Hub {
  String name();

  /** Whether what it has acknowledged is meant to outlive it. */
  boolean keeps();

  /** Whether it is measured where nothing has to be kept. */
  boolean isQuick();

  /** Whether it learns as it runs, and has to be warm before it is measured. */
  default boolean isJvm() {
    return true;
  }

  /** Starts it with what is in the folder: nothing, or what a killed one left. */
  void start(Path folder, int port) throws IOException, InterruptedException;

  long pid() throws IOException, InterruptedException;

  /** Kills it, if it runs, and waits for its end. */
  void kill() throws IOException, InterruptedException;

  /** A broker that is a process of this program's. */
  abstract non-sealed class Program implements Broker {
    private Process process;

    abstract List<String> command(Path folder, int port) throws IOException, InterruptedException;

    Map<String, String> environment(Path folder, int port) {
      return Map.of();
    }

    @Override
    public void start(Path folder, int port) throws IOException, InterruptedException {
      Files.createDirectories(folder);
      var command = new ArrayList<>(List.of("taskset", "-c", "0"));
      command.addAll(command(folder, port));
      var builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(folder.resolve("output").toFile()));
      builder.environment().putAll(environment(folder, port));
      process = builder.start();
    }

    @Override
    public long pid() {
      return process.pid();
    }

    @Override
    public void kill() throws InterruptedException {
      if (process != null) {
        process.destroyForcibly();
        process.waitFor();
      }
    }
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** A broker that the hub stands beside: quick in memory, or keeping what it has acknowledged. */
  abstract class Peer extends Program {
    private final String product;
    private final boolean keeps;

    Peer(String product, boolean keeps) {
      this.product = product;
      this.keeps = keeps;
    }

    @Override
    public String name() {
      return keeps ? product + ", file" : product;
    }

    @Override
    public boolean keeps() {
      return keeps;
    }

    @Override
    public boolean isQuick() {
      return !keeps;
    }
  }

  /** Debian's Mosquitto: in memory, or with its file, which it writes when it ends and each half hour. */
  final class Mosquitto extends Peer {
    Mosquitto(boolean keeps) {
      super("Mosquitto", keeps);
    }

    @Override
    public boolean isJvm() {
      return false;
    }

    @Override
    List<String> command(Path folder, int port) throws IOException {
      Files.writeString(
          folder.resolve("mosquitto.conf"),
          """
          listener %2$d 127.0.0.1
          allow_anonymous true
          log_dest none
          user root
          max_queued_messages 0
          persistence %3$s
          persistence_location %1$s/
          """
              .formatted(folder, port, keeps()));
      return List.of("mosquitto", "-c", folder.resolve("mosquitto.conf").toString());
    }
  }

  /** Moquette: in memory, or with H2. */
  final class Moquette extends Peer {
    private final Path libraries;

    Moquette(Path libraries, boolean keeps) {
      super("Moquette", keeps);
      this.libraries = libraries;
    }

    @Override
    List<String> command(Path folder, int port) throws IOException {
      Files.createDirectories(folder.resolve("config"));
      Files.createDirectories(folder.resolve("data"));
      Files.writeString(
          folder.resolve("config/moquette.conf"),
          """
          host 127.0.0.1
          port %2$d
          allow_anonymous true
          telemetry_enabled false
          persistence_enabled %3$s
          persistent_queue_type h2
          data_path %1$s/data/
          netty.native true
          buffer_flush_millis immediate
          """
              .formatted(folder, port, keeps()));
      Files.writeString(
          folder.resolve("config/log4j.properties"),
          """
          log4j.rootLogger=ERROR, out
          log4j.appender.out=org.apache.log4j.ConsoleAppender
          log4j.appender.out.layout=org.apache.log4j.SimpleLayout
          """);
      return List.of(
          java(), "-Xmx1g", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
          "-Dmoquette.path=" + folder, "-Dlog4j.configuration=file:" + folder.resolve("config/log4j.properties"), "-cp",
          libraries + "/*", "io.moquette.broker.Server");
    }
  }

  /** HiveMQ CE: in memory, or with its files. */
  final class HiveMq extends Peer {
    private final Path libraries;
    private final Path host;

    HiveMq(Path libraries, Path host, boolean keeps) {
      super("HiveMQ CE", keeps);
      this.libraries = libraries;
      this.host = host;
    }

    @Override
    List<String> command(Path folder, int port) throws IOException {
      for (var name : List.of("conf", "data", "extensions", "log")) {
        Files.createDirectories(folder.resolve(name));
      }
      Files.writeString(
          folder.resolve("conf/config.xml"),
          """
          <?xml version="1.0"?>
          <hivemq>
            <listeners><tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener></listeners>
            <mqtt><queued-messages><max-queue-size>1000000</max-queue-size></queued-messages></mqtt>
            <persistence><mode>%s</mode></persistence>
            <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
          </hivemq>
          """
              .formatted(port, keeps() ? "file" : "in-memory"));
      Files.writeString(
          folder.resolve("conf/logback.xml"),
          """
          <configuration>
            <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
              <encoder><pattern>%level %msg%n</pattern></encoder>
            </appender>
            <root level="WARN"><appender-ref ref="out"/></root>
          </configuration>
          """);
      var command =
          new ArrayList<>(
              List.of(
                  java(), "-Xmx1g", "-Djava.net.preferIPv4Stack=true", "--enable-native-access=ALL-UNNAMED",
                  "--sun-misc-unsafe-memory-access=allow"));
      for (var opened :
          List.of(
              "java.base/java.lang", "java.base/java.nio", "java.base/sun.nio.ch", "java.base/jdk.internal.misc",
              "jdk.management/com.sun.management.internal")) {
        command.addAll(List.of("--add-opens", opened + "=ALL-UNNAMED"));
      }
      command.addAll(
          List.of(
              "-Dlogback.configurationFile=" + folder.resolve("conf/logback.xml"), "-cp", host + ":" + libraries + "/*",
              "HiveHost", folder.toString()));
      return command;
    }
  }
}
