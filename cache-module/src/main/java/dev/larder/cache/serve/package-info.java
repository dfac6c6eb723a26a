/** The HTTP that clients speak. */
@NullMarked
package dev.larder.cache.serve;

import org.jspecify.annotations.NullMarked;
