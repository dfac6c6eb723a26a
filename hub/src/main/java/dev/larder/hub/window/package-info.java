/** In-flight window of one consumer of a queue: what to read, send and call consumed. Pure. */
@NullMarked
package dev.larder.hub.window;

import org.jspecify.annotations.NullMarked;
