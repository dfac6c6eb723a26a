package dev.larder.agent.rate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {
  private static final long SECOND = 1_000_000_000;
  private static final int PIECE = TokenBucket.PIECE_BYTES;

  private long now = -7 * SECOND;

  /** Asks for one piece after the other, of sizes of its own. */
  private final class Stream {
    private final TokenBucket bucket;
    private final Random sizes;
    private final int most;
    private int size;
    private TokenBucket.Ticket ticket;
    private long passed;

    Stream(TokenBucket bucket, int most, long seed) {
      this.bucket = bucket;
      this.most = most;
      this.sizes = new Random(seed);
      this.size = 1 + sizes.nextInt(most);
      this.ticket = bucket.ask(size);
    }

    long waitNanos() {
      return bucket.waitNanos(ticket, now);
    }

    void pass() {
      bucket.pass(ticket);
      passed += size;
      size = 1 + sizes.nextInt(most);
      ticket = bucket.ask(size);
    }

    void leave() {
      bucket.leave(ticket);
    }
  }

  /** Lets pass what may, until this time. */
  private long run(List<Stream> streams, long until) {
    long before = sum(streams);
    while (true) {
      var next =
          streams.stream().min((a, b) -> Long.compare(a.waitNanos(), b.waitNanos())).orElseThrow();
      long wait = next.waitNanos();
      if (now + wait > until) {
        now = until;
        return sum(streams) - before;
      }
      now += wait;
      next.pass();
    }
  }

  private static long sum(List<Stream> streams) {
    return streams.stream().mapToLong(stream -> stream.passed).sum();
  }

  private static long burst(long rate) {
    return Math.max(PIECE, rate / 20);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void inNoTimeMorePassesThanTheRateAndABurst(long seed) {
    var random = new Random(seed);
    long rate = 10_000L + random.nextInt(10_000_000);
    var bucket = new TokenBucket(rate, now);
    var streams = new ArrayList<Stream>();
    for (int i = 0; i <= random.nextInt(8); i++) {
      streams.add(new Stream(bucket, PIECE, seed * 100 + i));
    }
    for (int i = 0; i < 200; i++) {
      // In between nobody asks for a while.
      now += random.nextInt(3) * SECOND;
      long took = random.nextLong(SECOND);
      long passed = run(streams, now + took);
      assertThat(passed).isLessThanOrEqualTo(burst(rate) + rate * took / SECOND + 1);
    }
  }

  @Test
  void allOfTheRateIsUsed() {
    long rate = 1_000_000;
    var bucket = new TokenBucket(rate, now);
    var streams = List.of(new Stream(bucket, PIECE, 1), new Stream(bucket, PIECE, 2));
    assertThat(run(streams, now + 100 * SECOND)).isCloseTo(100 * rate, within((long) PIECE));
  }

  @Test
  void streamsHaveEqualShares() {
    var bucket = new TokenBucket(500_000, now);
    var streams = new ArrayList<Stream>();
    for (int i = 0; i < 9; i++) {
      streams.add(new Stream(bucket, PIECE, i));
    }
    run(streams, now + 600 * SECOND);
    long fair = sum(streams) / 9;
    assertThat(streams)
        .allSatisfy(stream -> assertThat(stream.passed).isCloseTo(fair, within(fair / 10)));
  }

  @Test
  void anotherRateHoldsAtOnceAlsoForThoseInLine() {
    var bucket = new TokenBucket(10_000, now);
    var stream = new Stream(bucket, 1, 1);
    var line = bucket.ask(PIECE);
    stream.leave();
    assertThat(bucket.waitNanos(line, now)).isGreaterThan(SECOND);
    bucket.rate(16_384_000, now);
    assertThat(bucket.waitNanos(line, now)).isBetween(1L, SECOND / 1000);
    bucket.rate(TokenBucket.OFF, now);
    assertThat(bucket.waitNanos(line, now)).isZero();
    bucket.pass(line);
    // What passed without a limit is not counted, and saves nothing up.
    now += 100 * SECOND;
    bucket.rate(10_000, now);
    assertThat(bucket.waitNanos(bucket.ask(10_000), now)).isEqualTo(SECOND);
  }

  @Test
  void aLowerRateKeepsNoBurstOfTheHigher() {
    var bucket = new TokenBucket(1_000_000_000, now);
    now += 10 * SECOND;
    bucket.rate(20_000, now);
    var streams = List.of(new Stream(bucket, PIECE, 3));
    assertThat(run(streams, now + SECOND)).isLessThanOrEqualTo(PIECE + 20_000);
  }

  @Test
  void whoLeavesHoldsUpNobody() {
    var bucket = new TokenBucket(10_000, now);
    var first = bucket.ask(PIECE);
    var second = bucket.ask(1);
    assertThat(bucket.waitNanos(second, now)).isEqualTo(Long.MAX_VALUE);
    bucket.leave(first);
    assertThat(bucket.waitNanos(second, now)).isBetween(1L, SECOND / 1000);
  }

  @Test
  void aPieceIsSmall() {
    var bucket = new TokenBucket(10_000, now);
    assertThatThrownBy(() -> bucket.ask(PIECE + 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> bucket.ask(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
