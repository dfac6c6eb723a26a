/**
 * MQTT 3.1.1 and 5 packets and their bytes: pure, over byte buffers. Numbers in brackets are the
 * sections and rules of the two OASIS standards.
 */
@NullMarked
package dev.larder.hub.wire;

import org.jspecify.annotations.NullMarked;
