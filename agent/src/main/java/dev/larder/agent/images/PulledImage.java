package dev.larder.agent.images;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An image that this agent brought onto the engine.
 *
 * @param id the engine's, {@code sha256:…}
 * @param references by which it was pulled, the oldest first; the newest {@value #REFERENCES_LIMIT}
 * @param lastUsedAt when a container or the manifest last held it, or when it was pulled
 * @param refusedAt when the engine last would not let it go
 */
public record PulledImage(
    String id, List<String> references, Instant lastUsedAt, Optional<Instant> refusedAt) {
  static final int REFERENCES_LIMIT = 32;

  public PulledImage {
    references =
        List.copyOf(
            references.subList(
                Math.max(0, references.size() - REFERENCES_LIMIT), references.size()));
  }

  PulledImage pulledAs(String reference, Instant now) {
    var all = new ArrayList<>(references);
    all.remove(reference);
    all.add(reference);
    return new PulledImage(id, all, now, Optional.empty());
  }

  /** The name now means another image. */
  PulledImage notCalled(String reference) {
    var rest = new ArrayList<>(references);
    rest.remove(reference);
    return new PulledImage(id, rest, lastUsedAt, refusedAt);
  }

  PulledImage usedAt(Instant now) {
    return new PulledImage(id, references, now, refusedAt);
  }

  /** The same, no time of it later than this. */
  PulledImage notAfter(Instant now) {
    return new PulledImage(
        id,
        references,
        lastUsedAt.isAfter(now) ? now : lastUsedAt,
        refusedAt.map(at -> at.isAfter(now) ? now : at));
  }

  PulledImage refused(Instant now) {
    return new PulledImage(id, references, lastUsedAt, Optional.of(now));
  }
}
