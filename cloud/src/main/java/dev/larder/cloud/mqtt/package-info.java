/** The MQTT server that the nodes' hubs keep a connection to. */
@NullMarked
package dev.larder.cloud.mqtt;

import org.jspecify.annotations.NullMarked;
