/** The shell of the sessions: MQTT over TLS for the node's modules. */
@NullMarked
package dev.larder.hub.broker;

import org.jspecify.annotations.NullMarked;
