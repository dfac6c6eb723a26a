package dev.larder.agent.images;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.larder.agent.plan.Container;
import dev.larder.agent.plan.Phase;
import dev.larder.agent.plan.Slot;
import dev.larder.common.id.ModuleId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What the agent knows of images: those that it pulled, and which ones its modules ran well.
 *
 * @param images {@value #IMAGES_LIMIT} at most; beyond it the one that was unused longest is
 *     forgotten, and stays on the engine
 * @param modules by module id
 * @param begun references that the engine did not have when their pulls began; absent in notes of
 *     before
 */
public record ImageShelf(
    List<PulledImage> images,
    Map<String, GoodImages> modules,
    @JsonSetter(nulls = Nulls.AS_EMPTY) Set<String> begun) {
  public static final ImageShelf EMPTY = new ImageShelf(List.of(), Map.of(), Set.of());

  /** A run as long as this is a good one, of an image without a health check. */
  static final Duration GOOD_RUN = Duration.ofMinutes(10);

  static final int IMAGES_LIMIT = 256;

  /** How exact the times are that are written down; flash wears out. */
  private static final Duration GRAIN = Duration.ofHours(6);

  public ImageShelf {
    images =
        images.stream()
            .sorted(Comparator.comparing(PulledImage::lastUsedAt).reversed())
            .limit(IMAGES_LIMIT)
            .toList();
    modules = Map.copyOf(modules);
    begun = Set.copyOf(begun);
  }

  /** Before the pull of an image that the engine does not have under this name. */
  public ImageShelf begun(String reference) {
    var all = new HashSet<>(begun);
    all.add(reference);
    return new ImageShelf(images, modules, all);
  }

  /** That pull came to nothing. */
  public ImageShelf left(String reference) {
    var rest = new HashSet<>(begun);
    rest.remove(reference);
    return new ImageShelf(images, modules, rest);
  }

  /**
   * After a pull.
   *
   * @param wasThere whether the engine had the image before, under another name: then it is
   *     somebody else's, unless this agent had pulled it
   */
  public ImageShelf pulled(String reference, String id, boolean wasThere, Instant now) {
    var known = images.stream().anyMatch(image -> image.id().equals(id));
    if (wasThere && !known) {
      return left(reference);
    }
    var all = new ArrayList<PulledImage>();
    for (var image : images) {
      all.add(image.id().equals(id) ? image.pulledAs(reference, now) : image.notCalled(reference));
    }
    if (!known) {
      all.add(new PulledImage(id, List.of(reference), now, Optional.empty()));
    }
    return new ImageShelf(all, modules, begun).left(reference);
  }

  /**
   * After a look at the engine.
   *
   * @param used the ids of images that something holds now
   * @param containers this node's, of which each that runs well shows a good image
   * @param wanted the manifest's modules; what others ran is forgotten when their containers are
   *     gone
   */
  public ImageShelf seen(
      Set<String> used, Collection<Container> containers, Set<ModuleId> wanted, Instant now) {
    var known = new HashSet<String>();
    wanted.forEach(module -> known.add(module.value()));
    containers.forEach(container -> known.add(container.module().value()));
    var good = new TreeMap<>(modules);
    good.keySet().retainAll(known);
    for (var container : containers) {
      if (runsWell(container, now)) {
        var image = container.imageId();
        good.merge(
            container.module().value(),
            new GoodImages(image, Optional.empty()),
            (before, _) -> before.ran(image));
      }
    }
    // A clock that was ahead has left times behind that have not come.
    var seen =
        images.stream()
            .map(image -> image.notAfter(now))
            .map(image -> used.contains(image.id()) ? image.usedAt(now) : image);
    return new ImageShelf(seen.toList(), good, begun);
  }

  private static boolean runsWell(Container container, Instant now) {
    return container.slot() == Slot.CURRENT
        && container.phase() == Phase.RUNNING
        && switch (container.health()) {
          case HEALTHY -> true;
          case STARTING, UNHEALTHY -> false;
          case NONE ->
              container.startedAt().map(at -> !at.plus(GOOD_RUN).isAfter(now)).orElse(false);
        };
  }

  private ImageShelf with(String id, UnaryOperator<PulledImage> change) {
    return new ImageShelf(
        images.stream().map(image -> image.id().equals(id) ? change.apply(image) : image).toList(),
        modules,
        begun);
  }

  /** The engine did not let it go. */
  public ImageShelf refused(String id, Instant now) {
    return with(id, image -> image.refused(now));
  }

  /** It is gone, or is somebody else's now. */
  public ImageShelf without(String id) {
    return new ImageShelf(
        images.stream().filter(image -> !image.id().equals(id)).toList(), modules, begun);
  }

  /** The ids of what any module ran well last, and before that. */
  public Set<String> good() {
    var ids = new HashSet<String>();
    for (var module : modules.values()) {
      ids.add(module.last());
      module.before().ifPresent(ids::add);
    }
    return ids;
  }

  /** Whether it is worth writing over what was written. */
  public boolean isNews(ImageShelf written) {
    return !coarse().equals(written.coarse());
  }

  private Set<Object> coarse() {
    var all = new HashSet<>();
    all.add(modules);
    all.add(begun);
    images.forEach(image -> {
      var period = image.lastUsedAt().getEpochSecond() / GRAIN.toSeconds();
      all.add(image.usedAt(Instant.ofEpochSecond(period)));
    });
    return all;
  }
}
