/** Asking origins over HTTP. */
@NullMarked
package dev.larder.cache.origin;

import org.jspecify.annotations.NullMarked;
