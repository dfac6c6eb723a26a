package dev.larder.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cache.store.ProvenSlices;
import dev.larder.common.json.Json;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real module process is killed at random points under load, again and again. Every byte it
 * serves, before and after, is the origin's; what its folder proves is not fetched again.
 */
@Timeout(1_800)
class CrashIT {
  private static final int MIB = 1 << 20;
  private static final int OBJECTS = 24;
  private static final int CLIENTS = 6;
  private static final long DRIVE = 1_024L * MIB;

  /** Kills; more for a long look: {@code -Dlarder.crashes=200}. */
  private static final int CRASHES = Integer.getInteger("larder.crashes", 10);

  private final Random random = new Random(Long.getLong("larder.seed", 1));
  private final AtomicLong served = new AtomicLong();
  private final AtomicLong checked = new AtomicLong();
  private final List<byte[]> contents = new ArrayList<>();
  @TempDir Path folder;
  private TestOrigin origin;
  private HttpClient client;
  private int port;

  @BeforeEach
  void start() throws IOException {
    origin = new TestOrigin();
    for (int i = 0; i < OBJECTS; i++) {
      contents.add(origin.put("/o" + i, random.nextInt(9 * MIB) + 1, i));
    }
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    TestNode.identity(folder, "127.0.0.1", 1);
    Files.createDirectories(folder.resolve("drive0"));
    Files.write(
        folder.resolve("desired.json"),
        Json.writeBytes(
            TestNode.desired(folder, List.of(origin), DRIVE, 1).write().put("$version", 1)));
  }

  @AfterEach
  void stop() {
    client.close();
    origin.close();
  }

  @Test
  void killsLoseNothingThatWasProvenAndServeNothingElse() throws Exception {
    for (int crash = 0; crash < CRASHES; crash++) {
      var node = startNode();
      try {
        provenSlicesAreHits(crash);
        load(node);
      } finally {
        // SIGKILL, as the load goes on.
        node.destroyForcibly().waitFor();
      }
    }
    var node = startNode();
    try {
      provenSlicesAreHits(CRASHES);
      for (int i = 0; i < OBJECTS; i++) {
        assertThat(get(i, 0, size(i)).readAllBytes()).isEqualTo(contents.get(i));
      }
    } finally {
      node.destroy();
      node.waitFor();
    }
    assertThat(served.get()).isPositive();
    System.out.printf(
        "%d kills, %d MiB served under load, %d proven slices asked for again%n",
        CRASHES, served.get() / MIB, checked.get());
  }

  private int size(int object) {
    return contents.get(object).length;
  }

  private Process startNode() throws Exception {
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var builder =
        new ProcessBuilder(
            java, "-Xmx128m", "-XX:+UseSerialGC", "-jar", "target/app/larder-cache.jar");
    builder
        .environment()
        .putAll(
            Map.of(
                "LARDER_IDENTITY", folder.toString(),
                "LARDER_DATA", folder.toString(),
                "LARDER_HTTP_PORT", Integer.toString(port),
                "LARDER_SUMMARY_PORT", "0",
                "LARDER_HEALTH_PORT", "0"));
    var log = new File(folder.toFile(), "node.log");
    var node =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!answers()) {
      assertThat(node.isAlive() && System.nanoTime() < deadline)
          .as("starts: %s", Files.readString(log.toPath()))
          .isTrue();
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    return node;
  }

  private boolean answers() throws InterruptedException {
    try {
      client.send(
          request(0).method("HEAD", HttpRequest.BodyPublishers.noBody()).build(),
          BodyHandlers.discarding());
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private HttpRequest.Builder request(int object) {
    var address = "http://127.0.0.1:" + port + "/o" + object + "?cacheHostOrigin=" + origin.host();
    return HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(30));
  }

  private InputStream get(int object, int start, int end) throws Exception {
    var request = request(object).header("Range", "bytes=" + start + "-" + (end - 1)).build();
    return client.send(request, BodyHandlers.ofInputStream()).body();
  }

  /** Nothing that the folder proves by itself is asked of the origin again. */
  private void provenSlicesAreHits(int crash) throws Exception {
    long before = origin.bytes();
    for (var proven : proven().entrySet()) {
      int object =
          Integer.parseInt(proven.getKey().substring(proven.getKey().lastIndexOf("/o") + 2));
      for (int slice : proven.getValue()) {
        int start = slice * MIB;
        int end = Math.min(start + MIB, size(object));
        assertThat(get(object, start, end).readAllBytes())
            .as("object %d, slice %d after kill %d", object, slice, crash)
            .isEqualTo(Arrays.copyOfRange(contents.get(object), start, end));
        assertThat(origin.bytes())
            .as("object %d, slice %d fetched again after kill %d", object, slice, crash)
            .isEqualTo(before);
        checked.incrementAndGet();
      }
    }
  }

  private Map<String, Set<Integer>> proven() throws IOException {
    var drive = folder.resolve("drive0");
    return Files.exists(drive.resolve("objects")) ? ProvenSlices.of(drive) : Map.of();
  }

  /** Clients ask for random ranges until the node is killed under them. */
  private void load(Process node) throws Exception {
    var killed = new AtomicBoolean();
    long until = Duration.ofMillis(50 + random.nextInt(700)).toNanos();
    var tasks = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < CLIENTS; i++) {
      long seed = random.nextLong();
      tasks.add(() -> isAllRight(new Random(seed), killed));
    }
    tasks.add(() -> {
      LockSupport.parkNanos(until);
      killed.set(true);
      node.destroyForcibly().waitFor();
      return true;
    });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var right : threads.invokeAll(tasks)) {
        assertThat(right.get()).isTrue();
      }
    }
  }

  private boolean isAllRight(Random mine, AtomicBoolean killed) throws Exception {
    while (!killed.get()) {
      int object = mine.nextInt(OBJECTS);
      int start = mine.nextInt(size(object));
      int end = start + 1 + mine.nextInt(Math.min(size(object) - start, 4 * MIB));
      int at = start;
      try (var body = get(object, start, end)) {
        for (var piece = body.readNBytes(64 << 10); piece.length > 0; ) {
          if (!Arrays.equals(
              piece, Arrays.copyOfRange(contents.get(object), at, at + piece.length))) {
            return false;
          }
          at += piece.length;
          served.addAndGet(piece.length);
          piece = body.readNBytes(64 << 10);
        }
      } catch (IOException e) {
        if (!killed.get()) {
          throw e;
        }
      }
    }
    return true;
  }
}
