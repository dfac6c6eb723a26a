/** Pulls of images: shared between modules, bounded in number, and how far each has come. */
@NullMarked
package dev.larder.agent.pull;

import org.jspecify.annotations.NullMarked;
