package dev.larder.hub.session;

import dev.larder.common.access.AccessList;
import dev.larder.common.access.Client;
import dev.larder.common.access.Operation;
import dev.larder.hub.identity.Identity;
import dev.larder.hub.log.LogBounds;
import dev.larder.hub.log.SimShell;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A broker over a log on a simulated disk; its clock stands and its disk waits for the test. */
final class TestBroker {
  static final LogBounds BOUNDS =
      new LogBounds(4 << 20, LogBounds.Overflow.REFUSE, 1 << 20, 100_000);
  static final long PACKET_MAXIMUM_BYTES = 1 << 18;

  private final LogBounds bounds;
  private final Deque<Runnable> reads = new ArrayDeque<>();
  private final Map<String, AccessList> accessOf = new HashMap<>();
  final SimShell shell;
  long nowMillis = 1_000_000;
  AccessList access = new AccessList(List.of(statement(List.of("#", "$SYS/#"), List.of())));
  Broker broker;

  TestBroker() {
    this(BOUNDS);
  }

  TestBroker(LogBounds bounds) {
    this.bounds = bounds;
    shell = new SimShell(new Random(4), bounds);
    shell.settle(nowMillis);
    broker = start();
  }

  private static AccessList.Statement statement(List<String> allowed, List<String> denied) {
    return new AccessList.Statement(
        List.of(Client.ANONYMOUS), List.of(rule(allowed)), List.of(rule(denied)));
  }

  private static AccessList.Rule rule(List<String> filters) {
    return new AccessList.Rule(Set.of(Operation.PUBLISH, Operation.SUBSCRIBE), filters);
  }

  /** Everyone may publish and subscribe to what is allowed and not denied. */
  void access(List<String> allowed, List<String> denied) {
    access = new AccessList(List.of(statement(allowed, denied)));
    broker.permissionsChanged();
  }

  /** One client may do something else. */
  void accessOf(String clientId, AccessList list) {
    accessOf.put(clientId, list);
    broker.permissionsChanged();
  }

  /** Everyone may publish all and subscribe to nothing more. */
  void denySubscribing() {
    var rule = new AccessList.Rule(Set.of(Operation.PUBLISH), List.of("#"));
    access =
        new AccessList(
            List.of(new AccessList.Statement(List.of(Client.ANONYMOUS), List.of(rule), List.of())));
    broker.permissionsChanged();
  }

  private Broker start() {
    var made =
        new Broker(
            shell.log,
            (feed, first, then) -> reads.add(() -> read(feed, first, then)),
            session ->
                accessOf
                    .getOrDefault(session.clientId(), access)
                    .grants(new Client(Client.ANONYMOUS, "n", "", "", session.clientId())),
            new NoDesk(),
            PACKET_MAXIMUM_BYTES,
            () -> nowMillis);
    made.restore(nowMillis);
    return made;
  }

  private void read(Feed feed, long first, Runnable then) {
    if (feed.queue().holds(first)) {
      feed.queue().remember(first, shell.read(feed.queue().place(first)));
    }
    then.run();
  }

  TestClient connect(Hello hello) {
    var wire = new SimWire(hello.level());
    boolean assigned = hello.clientId().isEmpty();
    var session =
        broker.connect(
            wire,
            hello.packet(),
            assigned ? "assigned" : hello.clientId(),
            assigned,
            new Identity.Anonymous(),
            Long.MAX_VALUE,
            nowMillis);
    return new TestClient(this, wire, session);
  }

  /** Has all on disk, and whatever waits for that done. */
  void commit() {
    for (int i = 0; i < 1_000; i++) {
      shell.write();
      shell.chore();
      if (shell.log.committedMark() == shell.log.mark()) {
        broker.committed();
        for (int waiting = reads.size(); waiting > 0; waiting--) {
          reads.remove().run();
        }
        if (shell.log.committedMark() == shell.log.mark() && reads.isEmpty()) {
          return;
        }
      }
    }
    throw new AssertionError("the log does not come to rest");
  }

  /** Time passes, and housekeeping is done. */
  void pass(long millis) {
    nowMillis += millis;
    shell.log.tick(nowMillis);
    shell.askChores();
    broker.tick(nowMillis);
    commit();
  }

  /** The process is killed with all on disk, and starts again. */
  void restart() {
    commit();
    crash();
  }

  /** The process is killed, what is not on disk is lost, and it starts again. */
  void crash() {
    reads.clear();
    shell.crash(bounds);
    shell.settle(nowMillis);
    broker = start();
  }
}
