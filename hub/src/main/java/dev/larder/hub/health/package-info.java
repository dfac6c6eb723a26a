/** The answer to the container's health check, and what the hub counts. */
@NullMarked
package dev.larder.hub.health;

import org.jspecify.annotations.NullMarked;
