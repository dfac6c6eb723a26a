package dev.larder.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to content that is no longer fresh; the origin makes it old with an Age header. */
@Timeout(120)
class RevalidationIT {
  private static final int MIB = 1 << 20;
  private static final String OLD = "10000";

  @TempDir Path folder;
  private TestOrigin origin;
  private TestNode node;

  @BeforeEach
  void start() throws IOException, TimeoutException {
    origin = new TestOrigin();
    origin.age = OLD;
    node = TestNode.start(folder, origin, 256L * MIB, 1);
  }

  @AfterEach
  void stop() {
    node.close();
    origin.close();
  }

  @Test
  void theOriginIsAskedOnceHoweverManyClientsWait() throws Exception {
    var content = origin.put("/a", 3 * MIB, 1);
    node.get(origin, "/a");
    origin.age = "";
    var clients = new ArrayList<Callable<HttpResponse<byte[]>>>();
    for (int i = 0; i < 20; i++) {
      clients.add(() -> node.get(origin, "/a"));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(clients)) {
        assertThat(answer.get().body()).isEqualTo(content);
        assertThat(TestNode.xCache(answer.get())).isIn("revalidated", "hit");
      }
    }
    assertThat(origin.notModified).hasValue(1);
    assertThat(origin.bytes()).isEqualTo(content.length);
    var after = node.get(origin, "/a");
    assertThat(TestNode.xCache(after)).isEqualTo("hit");
    assertThat(Integer.parseInt(after.headers().firstValue("Age").orElseThrow())).isLessThan(100);
  }

  @Test
  void whatStaysOldIsRevalidatedEachTimeAndTellsItsAge() {
    origin.put("/small", 1_000, 2);
    var first = node.get(origin, "/small");
    var second = node.get(origin, "/small");

    assertThat(TestNode.xCache(first)).isEqualTo("miss");
    assertThat(TestNode.xCache(second)).isEqualTo("revalidated");
    assertThat(second.headers().firstValue("Age").orElseThrow()).startsWith("100");
    assertThat(TestNode.xCache(node.get(origin, "/small"))).isEqualTo("revalidated");
    assertThat(origin.notModified).hasValue(2);
  }

  @Test
  void anotherObjectReplacesTheOneThatWasKept() {
    origin.put("/b", 6 * MIB, 3);
    node.get(origin, "/b");
    var changed = origin.put("/b", 5 * MIB, 4);
    origin.age = "";

    var after = node.get(origin, "/b");
    assertThat(after.body()).isEqualTo(changed);
    assertThat(TestNode.xCache(after)).isEqualTo("miss");
    assertThat(node.get(origin, "/b").body()).isEqualTo(changed);
    assertThat(TestNode.xCache(node.get(origin, "/b"))).isEqualTo("hit");
  }

  @Test
  void whatIsGoneAtTheOriginIsGoneHere() {
    origin.put("/gone", 1_000, 5);
    node.get(origin, "/gone");
    origin.remove("/gone");

    assertThat(node.get(origin, "/gone").statusCode()).isEqualTo(404);
  }

  @Test
  void anOriginThatFailsIsCoveredByStaleContent() {
    var content = origin.put("/c", 2 * MIB, 6);
    node.get(origin, "/c");
    origin.failures.set(1_000);

    var stale = node.get(origin, "/c");
    assertThat(stale.statusCode()).isEqualTo(200);
    assertThat(stale.body()).isEqualTo(content);
    assertThat(TestNode.xCache(stale)).isEqualTo("stale");
    int asked = origin.requests();
    assertThat(TestNode.xCache(node.get(origin, "/c"))).isEqualTo("stale");
    assertThat(origin.requests()).as("it is left alone for a while").isEqualTo(asked);
  }

  @Test
  void unlessTheOriginForbidsIt() {
    origin.cacheControl = "max-age=60, must-revalidate";
    origin.put("/d", 1_000, 7);
    node.get(origin, "/d");
    origin.failures.set(1_000);

    assertThat(node.get(origin, "/d").statusCode()).isEqualTo(502);
  }

  @Test
  void staleContentIsServedMeanwhileIfTheOriginAllows() {
    origin.cacheControl = "max-age=60, stale-while-revalidate=50000";
    var content = origin.put("/e", 2 * MIB, 8);
    node.get(origin, "/e");
    origin.age = "";

    var stale = node.get(origin, "/e");
    assertThat(stale.body()).isEqualTo(content);
    assertThat(TestNode.xCache(stale)).isEqualTo("stale");
    var deadline = Instant.now().plus(Duration.ofSeconds(20));
    while (!TestNode.xCache(node.get(origin, "/e")).equals("hit")) {
      assertThat(Instant.now()).isBefore(deadline);
    }
    assertThat(origin.notModified).hasValue(1);
  }

  @Test
  void noCacheIsKeptAndAlwaysAskedFor() {
    origin.age = "";
    origin.cacheControl = "no-cache";
    var content = origin.put("/f", 2 * MIB, 9);
    node.get(origin, "/f");

    var second = node.get(origin, "/f");
    assertThat(second.body()).isEqualTo(content);
    assertThat(TestNode.xCache(second)).isEqualTo("revalidated");
    assertThat(origin.bytes()).isEqualTo(content.length);
  }

  @Test
  void aValidationOutlivesARestart() throws Exception {
    origin.put("/g", 2 * MIB, 10);
    node.get(origin, "/g");
    origin.age = "";
    node.get(origin, "/g");
    node.restart();

    assertThat(TestNode.xCache(node.get(origin, "/g"))).isEqualTo("hit");
    assertThat(origin.notModified).hasValue(1);
  }
}
