package dev.larder.hub.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.Route;
import dev.larder.common.topic.IotHubTopics;
import dev.larder.hub.Messages;
import dev.larder.hub.Seeds;
import dev.larder.hub.message.Batch;
import dev.larder.hub.message.Message;
import dev.larder.hub.message.Payload;
import dev.larder.hub.message.Stored;
import dev.larder.hub.window.Window;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A sender, the hub and a receiver; lines are cut and the hub is killed between any two outputs.
 * Every acknowledged message is delivered, and in order.
 */
final class SessionSimTest {
  private static final CacheNodeId NODE = CacheNodeId.of("11111111-2222-3333-4444-555555555555");
  private static final ModuleId AGG = ModuleId.of("agg");
  private static final Route.Input INPUT = new Route.Input(AGG, "in");
  private static final int MESSAGES = 40;

  private record Append(Line line, long token, Message message) {}

  private record Answer(Line line, Window.Read read, Batch batch) {}

  /** One module's connection; what was sent on a cut one arrives nowhere. */
  private static final class Line {
    private final Session session;
    private final Deque<Input> up = new ArrayDeque<>();
    private final Deque<Output> down = new ArrayDeque<>();
    private final Deque<Output> todo = new ArrayDeque<>();

    Line(ModuleId module) {
      session = new Session(NODE, module, false, 5);
    }
  }

  private static final class World {
    private final Random random;
    private final List<Stored> disk = new ArrayList<>();
    private final Deque<Append> appends = new ArrayDeque<>();
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final Set<Integer> acknowledged = new HashSet<>();
    private final Set<Integer> received = new LinkedHashSet<>();
    private final Deque<Integer> unanswered = new ArrayDeque<>();
    private Optional<Line> sender = Optional.empty();
    private Optional<Line> receiver = Optional.empty();
    private long position = 1;
    private long savedPosition = 1;
    private int sent;

    World(Random random) {
      this.random = random;
    }

    void run() {
      for (int step = 0; step < 1_200; step++) {
        step(random.nextInt(100));
      }
      for (int i = 0; i < 6_000; i++) {
        step(random.nextInt(94));
      }
      assertThat(received).containsAll(acknowledged);
      assertThat(acknowledged).hasSize(MESSAGES);
      assertThat(List.copyOf(received)).isSorted();
    }

    private void step(int dice) {
      if (dice < 12) {
        connect();
      } else if (dice < 25) {
        publish();
      } else if (dice < 45) {
        sender.ifPresent(this::turn);
      } else if (dice < 65) {
        receiver.ifPresent(this::turn);
      } else if (dice < 75) {
        commit();
      } else if (dice < 85) {
        answer();
      } else if (dice < 94) {
        readDown();
      } else if (dice < 96) {
        sender = Optional.empty();
      } else if (dice < 98) {
        receiver = Optional.empty();
      } else if (dice < 99) {
        crash();
      } else {
        savedPosition = position;
      }
    }

    private void connect() {
      if (sender.isEmpty()) {
        var line = new Line(Messages.PRESS);
        sender = Optional.of(line);
        unanswered.forEach(number -> line.up.add(packet(number)));
      }
      if (receiver.isEmpty()) {
        var line = new Line(AGG);
        receiver = Optional.of(line);
        var wish = new Input.Wish(IotHubTopics.inputs(NODE, AGG), 1);
        line.up.add(new Input.Subscribe(1, List.of(wish)));
      }
    }

    private void publish() {
      if (sent < MESSAGES && unanswered.size() < 10 && sender.isPresent()) {
        sent++;
        unanswered.add(sent);
        sender.get().up.add(packet(sent));
      }
    }

    private static Input packet(int number) {
      var payload = Payload.of(Integer.toString(number).getBytes(StandardCharsets.UTF_8));
      var topic = IotHubTopics.event(NODE, Messages.PRESS, Map.of());
      return new Input.Publish(topic, 1, number, false, payload, Instant.EPOCH);
    }

    /** The hub reads one packet, or carries out one output. */
    private void turn(Line line) {
      if (!line.todo.isEmpty()) {
        carryOut(line, line.todo.remove());
      } else if (!line.up.isEmpty()) {
        line.todo.addAll(line.session.on(line.up.remove()));
      }
    }

    private void carryOut(Line line, Output output) {
      switch (output) {
        case Output.Persist(long token, var message) ->
            appends.add(new Append(line, token, message));
        case Output.Listen() -> line.todo.addAll(line.session.on(new Input.Wake(INPUT)));
        case Output.Read(_, var read) -> answers.add(new Answer(line, read, read(read)));
        case Output.Consume(_, long consumed) -> position = Math.max(position, consumed);
        case Output.PubAck _, Output.Send _ -> line.down.add(output);
        case Output.SubAck _ -> {
          // The client needs no more of it here.
        }
        case Output.UnsubAck _,
            Output.GetTwin _,
            Output.PatchReported _,
            Output.AnswerMethod _,
            Output.Dropped _,
            Output.Close _ ->
            throw new AssertionError(output);
      }
    }

    private Batch read(Window.Read read) {
      long from = Math.max(read.from(), position);
      int count = Math.min(read.count(), 1 + random.nextInt(3));
      var found = disk.stream().filter(s -> s.sequence() >= from).limit(count).toList();
      return new Batch(found, from + found.size());
    }

    private void commit() {
      while (!appends.isEmpty()) {
        var append = appends.remove();
        disk.add(new Stored(disk.size() + 1L, append.message()));
        append
            .line()
            .todo
            .addAll(append.line().session.on(new Input.Kept(append.token(), Reason.SUCCESS)));
        receiver.ifPresent(r -> r.todo.addAll(r.session.on(new Input.Wake(INPUT))));
      }
    }

    private void answer() {
      var answer = answers.poll();
      if (answer != null) {
        answer
            .line()
            .todo
            .addAll(
                answer.line().session.on(new Input.Loaded(INPUT, answer.read(), answer.batch())));
      }
    }

    /** The clients read one packet each. */
    private void readDown() {
      if (sender.map(l -> l.down.poll()).orElse(null) instanceof Output.PubAck(int id, _)) {
        acknowledged.add(id);
        unanswered.remove(id);
      }
      if (receiver.map(l -> l.down.poll()).orElse(null) instanceof Output.Send send) {
        received.add(Integer.parseInt(Messages.text(send.payload())));
        receiver.orElseThrow().up.add(new Input.Acknowledged(send.packetId()));
      }
    }

    private void crash() {
      sender = Optional.empty();
      receiver = Optional.empty();
      appends.clear();
      answers.clear();
      position = savedPosition;
    }
  }

  @Test
  void acknowledgedMessagesAreDeliveredInOrder() {
    Seeds.run(600, random -> new World(random).run());
  }
}
