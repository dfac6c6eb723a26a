package dev.larder.cloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code larder-cloud serve}: runs until it is told to stop. */
@Command(
    name = "serve",
    description = "Runs the cloud. LARDER_DB names a JDBC URL to use instead of SQLite.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class ServeCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);
  private static final String DATABASE = "LARDER_DB";

  @Option(
      names = "--data",
      required = true,
      description = "Folder of the keys and the database; made when it is not there.")
  private Path data = Path.of("");

  @Option(names = "--bind", defaultValue = "0.0.0.0", description = "Address to listen on.")
  private String bind = "";

  @Option(names = "--port", defaultValue = "8443", description = "HTTPS port; 0 takes a free one.")
  private int port;

  @Option(
      names = "--mqtt-port",
      defaultValue = "8883",
      description = "MQTT over TLS port; 0 takes a free one.")
  private int mqttPort;

  @Option(
      names = "--public-host",
      defaultValue = "localhost",
      description =
          "Name or address by which the cloud is reached; may be given again. Nodes are told the"
              + " first. The server's certificate is for all of them.")
  private List<String> publicHosts = List.of();

  @Option(
      names = "--image-prefix",
      defaultValue = "",
      description = "Put before the images of the first release: registry.example:5000/.")
  private String imagePrefix = "";

  @Option(
      names = "--development",
      description = "Take smaller cache drives and shorter update frequencies.")
  private boolean development;

  @Option(
      names = "--admin-password-file",
      description =
          "File with the administrator's password for the first start; otherwise one is made.")
  private @Nullable Path adminPasswordFile;

  @Override
  public Integer call() throws InterruptedException {
    Cloud cloud;
    try {
      cloud = Cloud.start(options(), Clock.tickMillis(ZoneOffset.UTC));
    } catch (IOException e) {
      log.atError().addKeyValue("reason", e.getMessage()).log("cloud cannot start");
      return 1;
    }
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(cloud, stopped)));
    cloud
        .firstLoginSecret()
        .ifPresent(file ->
            log.atInfo()
                .addKeyValue("file", file)
                .log("the administrator's first password is in this file"));
    log.atInfo()
        .addKeyValue("portal", cloud.url())
        .addKeyValue("mqttPort", cloud.mqttPort())
        .log("cloud is ready");
    stopped.await();
    return 0;
  }

  private CloudOptions options() throws IOException {
    Optional<String> password =
        adminPasswordFile == null
            ? Optional.empty()
            : Optional.of(Files.readString(adminPasswordFile).strip());
    return new CloudOptions(
        data,
        bind,
        port,
        mqttPort,
        publicHosts,
        imagePrefix,
        development,
        password,
        Optional.ofNullable(System.getenv(DATABASE)).filter(url -> !url.isBlank()));
  }

  private static void stop(Cloud cloud, CountDownLatch stopped) {
    cloud.close();
    log.atInfo().log("cloud has stopped");
    stopped.countDown();
  }
}
