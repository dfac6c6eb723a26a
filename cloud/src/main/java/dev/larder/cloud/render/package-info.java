/**
 * Pure: a node's deployment manifest and twins, made of the base, its configuration and its layers.
 */
@NullMarked
package dev.larder.cloud.render;

import org.jspecify.annotations.NullMarked;
