/** Which sinks a message goes to, and which settings of the hub are in force. Pure. */
@NullMarked
package dev.larder.hub.route;

import org.jspecify.annotations.NullMarked;
