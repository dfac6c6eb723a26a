/** Filling the store from origins: each slice once, however many ask. */
@NullMarked
package dev.larder.cache.fill;

import org.jspecify.annotations.NullMarked;
