package dev.larder.agent.images;

import java.util.Optional;

/**
 * The images, by id, that a module ran well.
 *
 * @param last the one that it ran well last
 * @param before the one before that
 */
public record GoodImages(String last, Optional<String> before) {
  GoodImages ran(String image) {
    return last.equals(image) ? this : new GoodImages(image, Optional.of(last));
  }
}
