/** One module's MQTT session: an input in, outputs out. Pure. */
@NullMarked
package dev.larder.hub.session;

import org.jspecify.annotations.NullMarked;
