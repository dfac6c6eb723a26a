package dev.larder.cache;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the cache module until it is told to stop. */
public final class CacheMain {
  private static final Logger log = LoggerFactory.getLogger(CacheMain.class);
  private static final String TRAIN = "--train";

  private CacheMain() {}

  /** Runs; with {@code --train} it starts, serves itself a few requests and ends. */
  public static void main(String[] arguments) throws Exception {
    if (Arrays.asList(arguments).contains(TRAIN)) {
      Training.run();
      return;
    }
    try {
      var options = Options.of(System.getenv(), Runtime.getRuntime().availableProcessors());
      run(options);
    } catch (IOException | TimeoutException | IllegalArgumentException e) {
      log.atError().addKeyValue("error", e).log("cache module cannot start");
      System.exit(1);
    }
  }

  private static void run(Options options)
      throws IOException, TimeoutException, InterruptedException {
    var service = CacheService.start(options);
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  service.close();
                  log.atInfo().log("cache module stopped");
                  stopped.countDown();
                },
                "stop"));
    stopped.await();
  }
}
