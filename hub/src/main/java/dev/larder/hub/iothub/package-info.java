/**
 * What IoT Hub's topics mean: telemetry and its routes, inputs of modules, twins, direct methods,
 * messages from the cloud to a device. Pure, beside the broker's sessions.
 */
@NullMarked
package dev.larder.hub.iothub;

import org.jspecify.annotations.NullMarked;
