/**
 * Filling the cache ahead of its clients: what is ordered, when it may run, how far it is. Pure.
 */
@NullMarked
package dev.larder.cache.prefetch;

import org.jspecify.annotations.NullMarked;
