/** Pure: what an administrator may set of a node, and every rule about it. */
@NullMarked
package dev.larder.cloud.configuration;

import org.jspecify.annotations.NullMarked;
