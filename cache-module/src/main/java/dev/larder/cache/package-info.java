/** The cache module: wiring and main. */
@NullMarked
package dev.larder.cache;

import org.jspecify.annotations.NullMarked;
