/** The shell of the broker: listeners, connections, bytes. All of it on one event loop. */
@NullMarked
package dev.larder.hub.server;

import org.jspecify.annotations.NullMarked;
