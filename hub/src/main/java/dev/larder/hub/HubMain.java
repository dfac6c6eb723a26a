package dev.larder.hub;

import dev.larder.common.identity.ModuleIdentity;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the hub, and ends it on SIGTERM. With {@code --train} it exercises itself and ends; with
 * other arguments it does what {@link HubCommands} says.
 */
public final class HubMain {
  private static final Logger log = LoggerFactory.getLogger(HubMain.class);
  private static final int STOP_SECONDS = 9;

  private HubMain() {}

  /** The hub's version, from its jar. */
  static String version() {
    return Optional.ofNullable(HubMain.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  /** With epoll where the platform has it. */
  static Vertx vertx() {
    return Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 1 && arguments[0].equals("--train")) {
      Training.run();
      return;
    }
    if (arguments.length > 0) {
      var commands =
          new HubCommands(System.getenv(), InstantSource.system(), System.out, System.err);
      System.exit(commands.run(List.of(arguments)));
    }
    try {
      run(HubConfig.of(System.getenv()));
    } catch (IOException | RuntimeException e) {
      log.atError().setCause(e).log("hub cannot start");
      System.exit(1);
    }
  }

  private static void run(HubConfig config) throws IOException {
    if (!Files.exists(config.identity().resolve(ModuleIdentity.FILE))) {
      throw new IOException(
          "No "
              + ModuleIdentity.FILE
              + " in "
              + config.identity()
              + ": the agent mounts it there; by hand, name its folder in LARDER_IDENTITY");
    }
    var vertx = vertx();
    var hub = new Hub(vertx, config, version(), HubMain::diskFailed);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(vertx, hub)));
    hub.start().await();
  }

  private static void stop(Vertx vertx, Hub hub) {
    try {
      hub.stop();
      vertx.close().await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | TimeoutException e) {
      log.atWarn().setCause(e).log("hub did not stop in time");
    }
  }

  /** Nothing that is promised from here on would hold; the agent starts the hub again. */
  static void diskFailed(Throwable cause) {
    Runtime.getRuntime().halt(1);
  }
}
