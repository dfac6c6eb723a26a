package dev.larder.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Proof 2: twenty clients at once get the origin's bytes, and the origin sends each byte once. */
class CoalescingST {
  private static final int CLIENTS = 20;
  private static final int SIZE = 64 << 20;
  private static final int SPAN = 20 << 20;

  @Test
  void twentyClientsAtOnceCostTheOriginOneCopy() throws Exception {
    try (var bed = Bed.deployed();
        var clients = Executors.newFixedThreadPool(CLIENTS)) {
      var file = bed.origin().make("update.bin", SIZE, 1);
      var together = new CyclicBarrier(CLIENTS);
      var asks = new ArrayList<Callable<HttpResponse<byte[]>>>();
      for (int i = 0; i < CLIENTS; i++) {
        int from = i % 2 == 0 ? 0 : i * 2_345_678;
        asks.add(() -> {
          var client = bed.node().client();
          together.await();
          return from == 0
              ? client.get("update.bin", bed.origin())
              : client.range("update.bin", bed.origin(), from, from + SPAN - 1);
        });
      }
      var answers = clients.invokeAll(asks);
      for (int i = 0; i < CLIENTS; i++) {
        var answer = answers.get(i).get();
        if (i % 2 == 0) {
          assertThat(answer.statusCode()).isEqualTo(200);
          assertThat(Arrays.equals(answer.body(), file)).as("client %d", i).isTrue();
        } else {
          int from = i * 2_345_678;
          int to = Math.min(from + SPAN, SIZE);
          assertThat(answer.statusCode()).isEqualTo(206);
          assertThat(answer.headers().firstValue("Content-Range"))
              .contains("bytes %d-%d/%d".formatted(from, to - 1, SIZE));
          assertThat(Arrays.equals(answer.body(), 0, answer.body().length, file, from, to))
              .as("client %d", i)
              .isTrue();
        }
      }
      assertThat(bed.origin().count("update.bin").bytes()).isEqualTo(SIZE);

      var again = bed.node().client().get("update.bin", bed.origin());
      assertThat(again.headers().firstValue("X-Cache")).contains("hit");
      assertThat(Arrays.equals(again.body(), file)).isTrue();
      assertThat(bed.origin().count("update.bin").bytes()).isEqualTo(SIZE);
    }
  }
}
