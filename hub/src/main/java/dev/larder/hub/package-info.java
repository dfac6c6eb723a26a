/**
 * The hub: MQTT broker of a node's modules, store and forward, and their one link to the cloud.
 * Here only: wiring.
 */
@NullMarked
package dev.larder.hub;

import org.jspecify.annotations.NullMarked;
