/** The answer to the container's health check. */
@NullMarked
package dev.larder.hub.health;

import org.jspecify.annotations.NullMarked;
