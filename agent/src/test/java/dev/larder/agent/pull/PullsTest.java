package dev.larder.agent.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.agent.Await;
import dev.larder.agent.engine.EngineException;
import dev.larder.common.manifest.RegistryCredentials;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PullsTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private static final Duration NEARLY = Pulls.SILENCE.minusSeconds(1);

  private final AtomicLong nanos = new AtomicLong();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, CountDownLatch> ends = new ConcurrentHashMap<>();
  private final Map<String, IntConsumer> progress = new ConcurrentHashMap<>();
  private final List<String> begun = new CopyOnWriteArrayList<>();
  private final List<String> interrupted = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** Comes when the test lets it. */
  private void fetch(String image, Optional<RegistryCredentials> credentials, IntConsumer told)
      throws EngineException {
    progress.put(image, told);
    begun.add(image);
    try {
      if (!end(image).await(LONG.toSeconds(), TimeUnit.SECONDS)) {
        throw new EngineException(EngineException.UNREACHABLE, "the test forgot " + image);
      }
    } catch (InterruptedException e) {
      interrupted.add(image);
      throw new EngineException("interrupted", e);
    }
    if (image.startsWith("bad")) {
      throw new EngineException(EngineException.NOT_FOUND, "no " + image);
    }
  }

  private CountDownLatch end(String image) {
    return ends.computeIfAbsent(image, _ -> new CountDownLatch(1));
  }

  private Future<List<PullState>> ask(Pulls pulls, String image, int most, List<PullState> told) {
    return threads.submit(() -> {
      pulls.pull(image, Optional.empty(), most, told::add);
      return told;
    });
  }

  private Future<List<PullState>> ask(Pulls pulls, String image, int most) {
    return ask(pulls, image, most, new CopyOnWriteArrayList<>());
  }

  /** Asks for an image that has to wait in line, and returns once it does. */
  private Future<List<PullState>> askInVain(
      Pulls pulls, String image, int most, List<PullState> told) throws Exception {
    var asked = ask(pulls, image, most, told);
    Await.until(() -> told.contains(new PullState.Waiting()));
    return asked;
  }

  private void awaitBegun(String... images) throws Exception {
    Await.until(() -> begun.size() >= images.length);
    assertThat(begun).containsExactly(images);
  }

  @Test
  void modulesThatShareAnImageShareOnePull() throws Exception {
    var pulls = new Pulls(this::fetch, nanos::get);
    var first = new CopyOnWriteArrayList<PullState>();
    var second = new CopyOnWriteArrayList<PullState>();
    var one = ask(pulls, "a", 3, first);
    awaitBegun("a");
    var other = ask(pulls, "a", 3, second);
    Await.until(() -> !second.isEmpty());
    told("a").accept(43);
    var half = new PullState.Coming(43);
    Await.until(() -> first.contains(half) && second.contains(half));
    end("a").countDown();
    one.get();
    other.get();
    assertThat(begun).containsExactly("a");
  }

  private IntConsumer told(String image) {
    return Optional.ofNullable(progress.get(image)).orElseThrow();
  }

  @Test
  void noMoreComeAtOnceThanTheManifestSaysAndTheOthersWaitInLine() throws Exception {
    var pulls = new Pulls(this::fetch, nanos::get);
    var a = ask(pulls, "a", 1);
    awaitBegun("a");
    var b = askInVain(pulls, "b", 1, new CopyOnWriteArrayList<>());
    var last = new CopyOnWriteArrayList<PullState>();
    var c = askInVain(pulls, "c", 1, last);
    assertThat(begun).containsExactly("a");
    end("a").countDown();
    a.get();
    awaitBegun("a", "b");
    assertThat(last).containsExactly(new PullState.Waiting());
    end("b").countDown();
    assertThat(b.get()).startsWith(new PullState.Waiting(), PullState.BEGUN);
    awaitBegun("a", "b", "c");
    end("c").countDown();
    c.get();
  }

  @Test
  void aNewerManifestMayLetMoreComeAtOnce() throws Exception {
    var pulls = new Pulls(this::fetch, nanos::get);
    var a = ask(pulls, "a", 1);
    awaitBegun("a");
    var b = askInVain(pulls, "b", 1, new CopyOnWriteArrayList<>());
    var c = ask(pulls, "c", 3);
    Await.until(() -> begun.size() == 3);
    assertThat(List.of(a.isDone(), b.isDone(), c.isDone())).containsOnly(false);
  }

  @Test
  void aFailureIsToldToAllWhoSharedThePullAndToNobodyLater() throws Exception {
    var pulls = new Pulls(this::fetch, nanos::get);
    var second = new CopyOnWriteArrayList<PullState>();
    var one = ask(pulls, "bad", 1);
    awaitBegun("bad");
    var other = ask(pulls, "bad", 1, second);
    Await.until(() -> !second.isEmpty());
    end("bad").countDown();
    for (var asked : List.of(one, other)) {
      assertThatThrownBy(asked::get)
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("no bad")
          .cause()
          .isInstanceOfSatisfying(
              EngineException.class, e -> assertThat(e.status()).isEqualTo(404));
    }
    var again = ask(pulls, "bad", 1);
    assertThatThrownBy(again::get).hasRootCauseMessage("no bad");
    assertThat(begun).containsExactly("bad", "bad");
  }

  @Test
  void aPullThatNobodyWantsAnyMoreIsEndedAndMakesRoom() throws Exception {
    var pulls = new Pulls(this::fetch, nanos::get);
    var second = new CopyOnWriteArrayList<PullState>();
    var one = ask(pulls, "a", 1);
    awaitBegun("a");
    var other = ask(pulls, "a", 1, second);
    Await.until(() -> !second.isEmpty());
    one.cancel(true);
    var next = ask(pulls, "b", 1);
    told("a").accept(50);
    Await.until(() -> second.contains(new PullState.Coming(50)));
    assertThat(interrupted).isEmpty();
    other.cancel(true);
    Await.until(() -> interrupted.contains("a"));
    Await.until(() -> begun.contains("b"));
    end("b").countDown();
    next.get();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void aPullWithoutASignOfLifeIsEndedAndOneWithSignsIsNot() throws Exception {
    var pulls = new Pulls(this::fetch, nanos::get);
    var silent = ask(pulls, "silent", 2);
    var alive = ask(pulls, "alive", 2);
    Await.until(() -> begun.size() == 2);
    pass(NEARLY);
    told("alive").accept(1);
    assertThat(interrupted).isEmpty();
    pass(NEARLY);
    told("alive").accept(2);
    assertThatThrownBy(silent::get)
        .hasMessageContaining("the pull of silent stood still for 30 min");
    Await.until(() -> interrupted.contains("silent"));
    assertThat(alive.isDone()).isFalse();
    end("alive").countDown();
    alive.get();
  }

  @Test
  void aPullThatWaitedInLineHasAllTheTimeOnceItComes() throws Exception {
    var pulls = new Pulls(this::fetch, nanos::get);
    var first = ask(pulls, "first", 1);
    awaitBegun("first");
    var told = new CopyOnWriteArrayList<PullState>();
    var second = askInVain(pulls, "second", 1, told);
    pass(NEARLY);
    told("first").accept(1);
    pass(NEARLY);
    end("first").countDown();
    first.get();
    awaitBegun("first", "second");
    pass(NEARLY);
    told("second").accept(7);
    Await.until(() -> told.contains(new PullState.Coming(7)));
    end("second").countDown();
    second.get();
    assertThat(interrupted).isEmpty();
  }

  @Test
  void aPullThatBreaksHasFailed() {
    var pulls =
        new Pulls(
            (_, _, _) -> {
              throw new LinkageError("no such class");
            },
            nanos::get);
    assertThatThrownBy(() -> ask(pulls, "a", 1).get()).hasRootCauseMessage("the agent has a fault");
  }

  @Test
  void otherCredentialsAreAnotherPull() throws Exception {
    var pulls = new Pulls(this::fetch, nanos::get);
    var login = new RegistryCredentials("registry.example", "reader", "secret");
    var open = ask(pulls, "a", 2);
    awaitBegun("a");
    var closed =
        threads.submit(() -> {
          pulls.pull("a", Optional.of(login), 2, _ -> {});
          return login;
        });
    awaitBegun("a", "a");
    assertThat(List.of(open.isDone(), closed.isDone())).containsOnly(false);
  }
}
