package dev.larder.hub.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.access.AccessList;
import dev.larder.common.access.Client;
import dev.larder.common.access.Operation;
import dev.larder.hub.Seeds;
import dev.larder.hub.identity.Identity;
import dev.larder.hub.log.LogBounds;
import dev.larder.hub.log.SimShell;
import dev.larder.hub.wire.Packet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Publishers, subscribers and the broker between them, over a log on a simulated disk. Lines are
 * cut, clients come back before they were missed, and the broker is killed between any two steps,
 * its unforced writes torn. Every acknowledged message is delivered, in its sender's order, and at
 * QoS 2 once.
 */
final class BrokerSimTest {
  private static final LogBounds BOUNDS =
      new LogBounds(2 << 20, LogBounds.Overflow.REFUSE, 4 << 10, 100_000, 64 << 10);

  /** Everyone may do everything. */
  private static final AccessList ALL =
      new AccessList(
          List.of(
              new AccessList.Statement(
                  List.of(Client.ANONYMOUS),
                  List.of(
                      new AccessList.Rule(
                          Set.of(Operation.CONNECT, Operation.PUBLISH, Operation.SUBSCRIBE),
                          List.of("#"))),
                  List.of())));

  private static final class World {
    private final Random random;
    private final SimShell shell;
    private final List<SimClient> publishers = new ArrayList<>();
    private final List<SimClient> subscribers = new ArrayList<>();
    private final List<SimClient> all = new ArrayList<>();
    private final Map<SimClient, Session> sessions = new HashMap<>();
    private final Deque<Runnable> reads = new ArrayDeque<>();
    private Broker broker;
    private long nowMillis = 1_000_000;

    World(Random random) {
      this.random = random;
      shell = new SimShell(random, BOUNDS);
      shell.settle(nowMillis);
      broker = broker();
      for (int i = 0; i < 2; i++) {
        publishers.add(new SimClient("p" + i, 4 + i, List.of()));
      }
      subscribers.add(subscriber("s1", 4, "t/#", 1));
      subscribers.add(subscriber("s2", 5, "t/+", 2));
      subscribers.add(subscriber("s3", 4, "t/p0", 2));
      all.addAll(publishers);
      all.addAll(subscribers);
    }

    private static SimClient subscriber(String id, int level, String filter, int qos) {
      return new SimClient(id, level, List.of(new Packet.Wish(filter, qos, false, false, 0)));
    }

    private Broker broker() {
      var made =
          new Broker(
              shell.log,
              (feed, first, then) -> reads.add(() -> read(feed, first, then)),
              session -> ALL.grants(new Client(Client.ANONYMOUS, "n", "", "", session.clientId())),
              new NoDesk(),
              1 << 20,
              () -> nowMillis);
      made.restore(nowMillis);
      return made;
    }

    private void read(Feed feed, long first, Runnable then) {
      if (feed.queue().holds(first)) {
        var place = feed.queue().place(first);
        if (!shell.log.onDisk(place)) {
          reads.add(() -> read(feed, first, then));
          return;
        }
        feed.queue().remember(first, shell.read(place));
      }
      then.run();
    }

    void run() {
      startSubscribers();
      for (int i = 0; i < 1_500; i++) {
        step(random.nextInt(100));
      }
      for (int i = 0; i < 12_000 && !isQuiet(); i++) {
        step(random.nextInt(87) + 5);
      }
      check();
    }

    /** Whoever subscribes after a message is not owed it. */
    private void startSubscribers() {
      for (int i = 0; i < 3_000 && !subscribers.stream().allMatch(SimClient::isDone); i++) {
        step(random.nextInt(87) + 5);
      }
      assertThat(subscribers).allMatch(SimClient::isDone);
    }

    private boolean isQuiet() {
      return all.stream()
              .allMatch(c ->
                  c.isDone() && c.wire.isPresent() && c.up.isEmpty() && c.wire.get().down.isEmpty())
          && shell.log.queues().stream().allMatch(queue -> queue.size() == 0);
    }

    private void step(int dice) {
      nowMillis += random.nextInt(5);
      if (dice < 5) {
        any(publishers).publish(random.nextInt(3));
      } else if (dice < 12) {
        connect(any(all));
      } else if (dice < 45) {
        send(any(all));
      } else if (dice < 70) {
        any(all).read();
      } else if (dice < 82) {
        shell.write();
        broker.committed();
      } else if (dice < 88) {
        shell.chore();
        if (!reads.isEmpty()) {
          reads.remove().run();
        }
      } else if (dice < 92) {
        shell.log.tick(nowMillis);
        shell.askChores();
        broker.tick(nowMillis);
      } else if (dice < 96) {
        cut(any(all));
      } else if (dice < 98) {
        takeOver(any(all));
      } else if (dice < 99) {
        crash();
      } else {
        any(all).wire.ifPresent(wire -> wire.writable ^= true);
      }
    }

    private SimClient any(List<SimClient> clients) {
      return clients.get(random.nextInt(clients.size()));
    }

    private void connect(SimClient client) {
      if (client.wire.isPresent() && client.wire.get().closed && client.wire.get().down.isEmpty()) {
        client.lost();
      }
      if (client.wire.isEmpty()) {
        takeOver(client);
      } else {
        client.wire.get().writable = true;
        broker.writable(session(client), nowMillis);
      }
    }

    private Session session(SimClient client) {
      return Objects.requireNonNull(sessions.get(client));
    }

    private void takeOver(SimClient client) {
      var wire = new SimWire(client.level);
      client.connected(wire);
      var session =
          broker.connect(
              wire,
              client.connect(),
              client.clientId,
              false,
              new Identity.Anonymous(),
              Long.MAX_VALUE,
              nowMillis);
      sessions.put(client, session);
    }

    private void send(SimClient client) {
      if (client.wire.isPresent() && !client.wire.get().paused && !client.wire.get().closed) {
        // Segments are made ahead of need; a refusal in between would part what is in order.
        shell.chore();
        shell.chore();
        var packet = client.up.poll();
        if (packet != null) {
          broker.received(session(client), packet, nowMillis);
        }
      }
    }

    private void cut(SimClient client) {
      if (client.wire.isPresent()) {
        client.lost();
        broker.lost(session(client), nowMillis);
      }
    }

    private void crash() {
      all.forEach(SimClient::lost);
      sessions.clear();
      reads.clear();
      shell.crash(BOUNDS);
      // The hub listens when the log has room.
      for (int i = 0; i < 12; i++) {
        shell.chore();
        shell.write();
      }
      broker = broker();
    }

    private void check() {
      for (var subscriber : subscribers) {
        for (var publisher : publishers) {
          boolean wants = !subscriber.clientId.equals("s3") || publisher.clientId.equals("p0");
          if (wants) {
            delivered(publisher, subscriber);
          }
        }
      }
    }

    private void delivered(SimClient publisher, SimClient subscriber) {
      for (int qos = 1; qos <= 2; qos++) {
        var prefix = publisher.clientId + " " + qos + " ";
        var came = subscriber.received.stream().filter(m -> m.startsWith(prefix)).toList();
        assertThat(came)
            .as("%s to %s", prefix, subscriber.clientId)
            .containsAll(
                publisher.acknowledged.stream().filter(m -> m.startsWith(prefix)).toList());
        var first = new ArrayList<Integer>();
        var seen = new HashSet<String>();
        came.forEach(m -> {
          if (seen.add(m)) {
            first.add(Integer.valueOf(m.substring(prefix.length())));
          }
        });
        assertThat(first).as("order of %s at %s", prefix, subscriber.clientId).isSorted();
        if (qos == 2 && !subscriber.clientId.equals("s1")) {
          assertThat(came)
              .as("once: %s at %s", prefix, subscriber.clientId)
              .doesNotHaveDuplicates();
        }
      }
    }
  }

  @Test
  void acknowledgedMessagesAreDeliveredInOrderAndAtQos2Once() {
    Seeds.run(400, random -> new World(random).run());
  }
}
