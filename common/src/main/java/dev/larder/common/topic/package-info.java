/** MQTT topics: IoT Hub's between module and hub, Larder's between hub and cloud. */
@NullMarked
package dev.larder.common.topic;

import org.jspecify.annotations.NullMarked;
