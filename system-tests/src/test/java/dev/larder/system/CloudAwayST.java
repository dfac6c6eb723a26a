package dev.larder.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Proof 5: without its cloud a node serves, restarts, and what it has to tell arrives once when the
 * cloud is back.
 */
class CloudAwayST {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int SIZE = 3 << 20;
  private static final int STOP_SECONDS = 20;

  @Test
  void aNodeLivesWithoutItsCloudAndTellsOnceWhatItDid() throws Exception {
    try (var bed = Bed.deployed()) {
      bed.awaitHealthy();
      var node = bed.node();
      var client = node.client();
      var known = bed.origin().make("known.bin", SIZE, 1);
      var fresh = bed.origin().make("fresh.bin", SIZE, 2);
      assertThat(client.get("known.bin", bed.origin()).statusCode()).isEqualTo(200);
      awaitRequests(bed, 1);

      bed.cloud().stop();
      var served = client.get("known.bin", bed.origin());
      assertThat(served.headers().firstValue("X-Cache")).contains("hit");
      assertThat(Arrays.equals(client.get("fresh.bin", bed.origin()).body(), fresh)).isTrue();

      for (var part : new String[] {"agent", "cache", "hub"}) {
        Engine.client().stopContainerCmd(node.container(part)).withTimeout(STOP_SECONDS).exec();
      }
      Engine.client().startContainerCmd(node.container("agent")).exec();
      Await.until(
          "the agent brings the node back from its last manifest",
          LIMIT,
          () ->
              Engine.ids(node.instance()).keySet().stream().allMatch(Engine::isHealthy)
                  && Engine.ids(node.instance()).size() == 3);
      var after = client.get("known.bin", bed.origin());
      assertThat(after.headers().firstValue("X-Cache")).contains("hit");
      assertThat(Arrays.equals(after.body(), known)).isTrue();
      assertThat(bed.origin().count("known.bin").bytes()).isEqualTo(SIZE);

      bed.cloud().startAgain();
      awaitRequests(bed, 4);
      assertThat(client.get("fresh.bin", bed.origin()).statusCode()).isEqualTo(200);
      awaitRequests(bed, 5);
      bed.awaitHealthy();
    }
  }

  private static void awaitRequests(Bed bed, long requests) {
    Await.until(
        "the cloud has counted exactly " + requests + " requests",
        LIMIT,
        () -> {
          long counted = counted(bed);
          if (counted > requests) {
            throw new IOException("counted " + counted);
          }
          return counted == requests;
        });
  }

  private static long counted(Bed bed) throws IOException, InterruptedException {
    var rows = bed.api().get(bed.node().path("/traffic?step=minute")).is(200).body().path("rows");
    long requests = 0;
    for (var row : rows) {
      assertThat(row.path("contentType").asText()).isEqualTo("Tests");
      requests += row.path("requests").asLong();
    }
    return requests;
  }
}
