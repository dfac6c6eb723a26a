/** Counting what is served, by content type. Pure. */
@NullMarked
package dev.larder.cache.traffic;

import org.jspecify.annotations.NullMarked;
