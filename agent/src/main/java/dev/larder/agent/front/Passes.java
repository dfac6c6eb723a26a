package dev.larder.agent.front;

import dev.larder.agent.registry.RegistryRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The pulls under way through the front, by their tokens. */
final class Passes {
  private final Map<String, Pass> passes = new HashMap<>();

  synchronized void add(Pass pass) {
    passes.put(pass.token(), pass);
  }

  /** Its requests are not answered any more; answers what of them is still open. */
  synchronized Set<Pass.Stream> remove(Pass pass) {
    passes.remove(pass.token());
    return pass.finish();
  }

  /**
   * The pull that a request is part of. One that names none is let in by its repository, if a
   * single pull has that: an engine with containerd's image store did not send such fields before
   * version 29, nor does it ask for the root.
   */
  synchronized Optional<Pass> of(FrontRequest request) {
    var asked = RegistryRequest.of(request.method(), request.target());
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    var repository = asked.get().repository();
    if (request.pull().isPresent()) {
      return request
          .pull()
          .flatMap(token -> Optional.ofNullable(passes.get(token)))
          .filter(pass -> repository.map(pass.name().repository()::equals).orElse(true));
    }
    var fitting =
        passes.values().stream()
            .filter(pass -> repository.map(pass.name().repository()::equals).orElse(false))
            .toList();
    return fitting.size() == 1 ? Optional.of(fitting.getFirst()) : Optional.empty();
  }
}
