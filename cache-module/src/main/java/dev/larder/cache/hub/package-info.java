/** The MQTT connection to the hub. */
@NullMarked
package dev.larder.cache.hub;

import org.jspecify.annotations.NullMarked;
