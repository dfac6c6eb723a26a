package dev.larder.agent.sweep;

import dev.larder.agent.converge.EngineTimes;
import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.front.LimitedPulls;
import dev.larder.agent.images.ImageShelf;
import dev.larder.agent.images.PulledImage;
import dev.larder.agent.images.Retention;
import dev.larder.agent.node.NodeFiles;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.AgentDesired;
import dev.larder.common.manifest.ModuleSpec;
import dev.larder.common.manifest.RegistryCredentials;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches images and notes that it did; removes those again that it fetched and that may go. */
public final class ImageSweep {
  private static final Logger log = LoggerFactory.getLogger(ImageSweep.class);

  /** How often the engine's disk is looked at, which costs nothing. */
  private static final Duration DISK_LOOK = Duration.ofMinutes(1);

  /** How often it is noted what is in use, and what is old goes. */
  private static final Duration FULL_LOOK = Duration.ofMinutes(10);

  private final Engine engine;
  private final LimitedPulls pulls;
  private final ShelfFile file;
  private final Supplier<Optional<AgentDesired>> inForce;
  private final DoubleSupplier freeShare;
  private final InstantSource clock;
  private final EngineTimes times;

  /** Not read before it is needed: until an agent has taken over, the file is its predecessor's. */
  private Optional<ImageShelf> shelf = Optional.empty();

  private ImageShelf written = ImageShelf.EMPTY;

  /**
   * Nothing is read or removed yet.
   *
   * @param inForce the manifest; while there is none nothing is removed
   * @param freeShare of the engine's disk, 0 to 1
   */
  public ImageSweep(
      Engine engine,
      LimitedPulls pulls,
      NodeFiles files,
      Supplier<Optional<AgentDesired>> inForce,
      DoubleSupplier freeShare,
      InstantSource clock) {
    this.engine = engine;
    this.pulls = pulls;
    this.file = new ShelfFile(files);
    this.inForce = inForce;
    this.freeShare = freeShare;
    this.clock = clock;
    this.times = new EngineTimes(clock, System::nanoTime);
  }

  /**
   * Fetches an image. It is noted as the agent's own if the engine did not have it before: after
   * the pull, or by the next look if the agent is killed meanwhile.
   *
   * @param progress told 0 to 100
   */
  public void fetch(String image, Optional<RegistryCredentials> credentials, IntConsumer progress)
      throws EngineException {
    var missing = missing(inForce.get().map(ImageSweep::modules).orElse(List.of()));
    missing.add(image);
    pulls.clear(missing);
    var before = engine.imageIds();
    before.removeAll(pulls.unfinished());
    if (engine.imageId(image).isEmpty()) {
      note(noted -> noted.begun(image));
    }
    try {
      pulls.fetch(image, credentials, progress);
    } catch (EngineException e) {
      leave(image);
      throw e;
    }
    var id = engine.imageId(image);
    if (id.isEmpty()) {
      note(noted -> noted.left(image));
      // An engine that was stopped may end its answer as if all were well.
      throw new EngineException(
          EngineException.NOT_FOUND,
          "the pull of " + image + " ended, and the engine does not have it");
    }
    var wasThere = before.contains(id.get());
    note(noted -> noted.pulled(image, id.get(), wasThere, clock.instant()));
  }

  /** A pull has failed: what gets this name from now on is not the agent's. */
  private void leave(String image) {
    // The engine is asked of a pull that was given up too.
    boolean isInterrupted = Thread.interrupted();
    try {
      if (engine.imageId(image).isEmpty()) {
        note(noted -> noted.left(image));
      }
    } catch (EngineException e) {
      log.atDebug().addKeyValue("reason", e.reason()).log("what a pull has left is not known yet");
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The images of modules that the engine does not have. */
  private Set<String> missing(List<ModuleSpec> modules) throws EngineException {
    var found = new HashSet<String>();
    for (var spec : modules) {
      if (engine.imageId(spec.image()).isEmpty()) {
        found.add(spec.image());
      }
    }
    return found;
  }

  /** Runs until interrupted. */
  public void run() {
    var last = Instant.EPOCH;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        var now = clock.instant();
        var age = Duration.between(last, now);
        var isDue = age.isNegative() || age.compareTo(FULL_LOOK) >= 0;
        if ((isDue || freeShare.getAsDouble() < Retention.LEAST_FREE) && tried()) {
          last = now;
        }
        Thread.sleep(DISK_LOOK);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean tried() {
    try {
      look();
      return true;
    } catch (EngineException e) {
      log.atWarn().addKeyValue("reason", e.reason()).log("images could not be looked at");
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("look at the images broke");
    }
    return false;
  }

  /** Notes what is in use, and removes what may go. */
  void look() throws EngineException {
    var manifest = inForce.get();
    if (manifest.isEmpty()) {
      return;
    }
    var wanted = modules(manifest.get());
    var missing = missing(wanted);
    pulls.clear(missing);
    settle(missing);
    var used = used(wanted);
    var containers = times.byNow(engine.containers());
    var ids = new HashSet<ModuleId>();
    wanted.forEach(spec -> ids.add(spec.id()));
    note(noted -> noted.seen(used, containers, ids, clock.instant()));
    var unused = Duration.ofDays(manifest.get().images().retentionDays());
    // One at a time: the oldest may free as much as is needed.
    for (var next = next(wanted, unused); next.isPresent(); next = next(wanted, unused)) {
      if (!inForce.get().equals(manifest)) {
        return;
      }
      remove(next.get());
    }
  }

  /**
   * Notes what pulls have brought whose end no agent has seen. An image that has other names too is
   * somebody else's as well, and was there before for all that is known.
   *
   * @param missing that are yet to be pulled
   */
  private void settle(Set<String> missing) throws EngineException {
    for (var reference : begun()) {
      var names = engine.imageNames(reference);
      var id = engine.imageId(reference);
      if (names.isPresent() && id.isPresent()) {
        var isOthers = !names.get().areAll(List.of(reference));
        note(noted -> noted.pulled(reference, id.get(), isOthers, clock.instant()));
      } else if (!missing.contains(reference)) {
        note(noted -> noted.left(reference));
      }
    }
  }

  private synchronized Set<String> begun() {
    return shelf().begun();
  }

  private static List<ModuleSpec> modules(AgentDesired manifest) {
    return Stream.concat(manifest.agent().stream(), manifest.inStartOrder().stream()).toList();
  }

  /** The ids of images that a container or the manifest holds. */
  private Set<String> used(List<ModuleSpec> wanted) throws EngineException {
    var used = new HashSet<>(engine.imagesInUse());
    for (var spec : wanted) {
      engine.imageId(spec.image()).ifPresent(used::add);
    }
    return used;
  }

  private Optional<PulledImage> next(List<ModuleSpec> wanted, Duration unused)
      throws EngineException {
    // In this order: what a pull brings meanwhile is either not noted yet or seen to be in use.
    var noted = shelf();
    var used = used(wanted);
    return Retention.of(
            noted.images(), used, noted.good(), freeShare.getAsDouble(), unused, clock.instant())
        .stream()
        .findFirst();
  }

  private void remove(PulledImage image) throws EngineException {
    try {
      for (var reference : image.references()) {
        if (engine.imageId(reference).equals(Optional.of(image.id()))) {
          engine.removeImage(reference);
        }
      }
      if (isNameless(image)) {
        engine.removeImage(image.id());
      }
      log.atInfo()
          .addKeyValue("image", image.id())
          .addKeyValue("references", image.references())
          .addKeyValue("lastUsedAt", image.lastUsedAt())
          .log("image removed");
      note(noted -> noted.without(image.id()));
    } catch (EngineException e) {
      if (e.status() != EngineException.CONFLICT) {
        throw e;
      }
      log.atInfo()
          .addKeyValue("image", image.id())
          .addKeyValue("reason", e.reason())
          .log("image is kept by the engine; tried again in a day");
      note(noted -> noted.refused(image.id(), clock.instant()));
    }
  }

  /**
   * Whether the engine still has the image and nobody has another name for it: its tags went to
   * other images, or it was pulled by digest and is called by the registries' digests alone.
   */
  private boolean isNameless(PulledImage image) throws EngineException {
    return engine
        .imageNames(image.id())
        .map(names -> names.ownedBy(image.references()))
        .orElse(false);
  }

  private synchronized ImageShelf shelf() {
    if (shelf.isEmpty()) {
      written = file.read();
      shelf = Optional.of(written);
    }
    return shelf.get();
  }

  private synchronized void note(UnaryOperator<ImageShelf> change) {
    var next = change.apply(shelf());
    shelf = Optional.of(next);
    if (next.isNews(written)) {
      try {
        file.write(next);
        written = next;
      } catch (IOException e) {
        log.atWarn().addKeyValue("reason", e.getMessage()).log("note of pulled images not kept");
      }
    }
  }
}
