package dev.larder.agent.plan;

import dev.larder.common.id.ModuleId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** An engine in memory: containers with names, images, faults by chance. */
final class SimulatedEngine {
  /** A container; {@code instance} empty means that it is nobody's. */
  record Held(String name, String instance, Container container) {}

  private static final String INSTANCE = "sim";

  final Map<String, Held> byId = new HashMap<>();
  final Set<String> images = new HashSet<>();

  /** Specs whose containers never become healthy, or end soon after each start. */
  final Set<String> bad = new HashSet<>();

  /** What was ever stopped or removed, by container id. */
  final Set<String> disturbed = new HashSet<>();

  /** What was stopped while it ran and not started since, by container id. */
  final Set<String> halted = new HashSet<>();

  /** What cannot be started, by container id. */
  final Set<String> stuck = new HashSet<>();

  private final RandomGenerator random;
  private int ids;

  SimulatedEngine(RandomGenerator random) {
    this.random = random;
  }

  List<Container> observe() {
    var seen = new ArrayList<Container>();
    byId.values().stream()
        .filter(held -> held.instance().equals(INSTANCE))
        .forEach(held -> seen.add(held.container()));
    seen.sort((a, b) -> a.id().compareTo(b.id()));
    return seen;
  }

  void addForeign(String name, String instance, Instant now) {
    var id = "c" + ids++;
    var container = container(id, ModuleId.of("alpha"), Slot.CURRENT, "foreign", 0);
    byId.put(id, new Held(name, instance, started(container, now)));
  }

  /** Runs a step, or answers why not. */
  Optional<String> run(Step step, Desired desired, Instant now, double failing) {
    if (random.nextDouble() < failing) {
      return Optional.of("fault");
    }
    return switch (step) {
      case Step.Pull pull -> {
        images.add(pull.image());
        yield Optional.empty();
      }
      case Step.Create create -> create(create, desired);
      case Step.Connect connect -> change(connect.container(), c -> connected(c, true));
      case Step.Start start -> start(start.container(), now);
      case Step.Stop stop -> {
        disturbed.add(stop.container());
        if (isRunning(stop.container())) {
          halted.add(stop.container());
        }
        yield change(stop.container(), c -> ended(c, random.nextBoolean() ? 0 : 137, now));
      }
      case Step.Remove remove -> remove(remove.container());
      case Step.Rename rename -> rename(rename.container(), rename.module().value(), Slot.CURRENT);
      case Step.Restore restore ->
          rename(restore.container(), restore.module().value(), Slot.CURRENT);
      case Step.SetAside aside ->
          rename(aside.container(), aside.module() + ".previous", Slot.PREVIOUS);
      case Step.Reject _ -> Optional.empty();
    };
  }

  /** What a good container comes to in the end, and a bad one never. */
  void ripen(Instant now) {
    for (var c : observe()) {
      if (c.isRunning() && bad.contains(c.spec())) {
        change(
            c.id(),
            one ->
                isChecked(c.spec()) ? withHealth(one, HealthState.UNHEALTHY) : ended(one, 1, now));
      } else if (c.isRunning() && c.health() == HealthState.STARTING) {
        change(c.id(), one -> withHealth(one, HealthState.HEALTHY));
      }
    }
  }

  /** Whether containers of a spec have a health check. */
  static boolean isChecked(String spec) {
    return spec.hashCode() % 2 == 0;
  }

  private Optional<String> create(Step.Create create, Desired desired) {
    var module = desired.module(create.module());
    if (module.isEmpty() || !images.contains(module.get().image())) {
      return Optional.of("no such image");
    }
    var name = create.module() + ".next";
    if (isTaken(name)) {
      return Optional.of("name is taken: " + name);
    }
    var id = "c" + ids++;
    var made = container(id, create.module(), Slot.NEXT, create.spec(), module.get().order());
    byId.put(id, new Held(name, INSTANCE, made));
    return Optional.empty();
  }

  private boolean isTaken(String name) {
    return byId.values().stream().anyMatch(held -> held.name().equals(name));
  }

  private Optional<String> start(String id, Instant now) {
    if (stuck.contains(id)) {
      return Optional.of("port is taken");
    }
    halted.remove(id);
    return change(id, c -> started(c, now));
  }

  private boolean isRunning(String id) {
    return byId.containsKey(id) && byId.get(id).container().isRunning();
  }

  private Optional<String> remove(String id) {
    var held = byId.get(id);
    if (held == null) {
      return Optional.empty();
    }
    if (held.container().isRunning()) {
      return Optional.of("is running");
    }
    disturbed.add(id);
    byId.remove(id);
    return Optional.empty();
  }

  private Optional<String> rename(String id, String name, Slot slot) {
    var held = byId.get(id);
    if (held == null || isTaken(name)) {
      return Optional.of("cannot be renamed");
    }
    byId.put(id, new Held(name, held.instance(), inSlot(held.container(), slot)));
    return Optional.empty();
  }

  private Optional<String> change(String id, UnaryOperator<Container> changing) {
    var held = byId.get(id);
    if (held == null) {
      return Optional.of("no such container");
    }
    byId.put(id, new Held(held.name(), held.instance(), changing.apply(held.container())));
    return Optional.empty();
  }

  /** Something happens by itself to one of the node's containers. */
  void misfortune(Instant now) {
    var own = observe();
    if (own.isEmpty()) {
      return;
    }
    var one = own.get(random.nextInt(own.size()));
    switch (random.nextInt(7)) {
      case 0, 1 -> {
        if (one.isRunning()) {
          change(one.id(), c -> ended(c, random.nextInt(2), now));
        }
      }
      case 2 -> {
        if (one.isRunning()) {
          change(one.id(), c -> withHealth(c, HealthState.UNHEALTHY));
        }
      }
      case 3 -> byId.remove(one.id());
      case 4 -> change(one.id(), c -> connected(c, false));
      case 5 -> stuck.add(one.id());
      default -> {
        var held = byId.get(one.id());
        if (held != null) {
          byId.put(
              one.id(),
              new Held("stray" + ids++, held.instance(), inSlot(held.container(), Slot.STRAY)));
        }
      }
    }
  }

  private static Container container(
      String id, ModuleId module, Slot slot, String spec, long order) {
    return new Container(
        id,
        module,
        slot,
        spec,
        Phase.CREATED,
        HealthState.NONE,
        true,
        order,
        "",
        0,
        Optional.empty(),
        Optional.empty());
  }

  private static Container started(Container c, Instant now) {
    return new Container(
        c.id(),
        c.module(),
        c.slot(),
        c.spec(),
        Phase.RUNNING,
        isChecked(c.spec()) ? HealthState.STARTING : HealthState.NONE,
        c.connected(),
        c.order(),
        c.imageId(),
        c.exitCode(),
        Optional.of(now),
        c.finishedAt());
  }

  private static Container ended(Container c, long exitCode, Instant now) {
    return c.phase() != Phase.RUNNING
        ? c
        : new Container(
            c.id(),
            c.module(),
            c.slot(),
            c.spec(),
            Phase.ENDED,
            HealthState.NONE,
            c.connected(),
            c.order(),
            c.imageId(),
            exitCode,
            c.startedAt(),
            Optional.of(now));
  }

  private static Container withHealth(Container c, HealthState health) {
    return new Container(
        c.id(),
        c.module(),
        c.slot(),
        c.spec(),
        c.phase(),
        health,
        c.connected(),
        c.order(),
        c.imageId(),
        c.exitCode(),
        c.startedAt(),
        c.finishedAt());
  }

  private static Container connected(Container c, boolean connected) {
    return new Container(
        c.id(),
        c.module(),
        c.slot(),
        c.spec(),
        c.phase(),
        c.health(),
        connected,
        c.order(),
        c.imageId(),
        c.exitCode(),
        c.startedAt(),
        c.finishedAt());
  }

  private static Container inSlot(Container c, Slot slot) {
    return new Container(
        c.id(),
        c.module(),
        slot,
        c.spec(),
        c.phase(),
        c.health(),
        c.connected(),
        c.order(),
        c.imageId(),
        c.exitCode(),
        c.startedAt(),
        c.finishedAt());
  }
}
