/** The deployment manifest in IoT Edge's form: reading, layering, routes. */
@NullMarked
package dev.larder.common.manifest;

import org.jspecify.annotations.NullMarked;
