/** Which origins may be fetched from, and what they are counted under. Pure. */
@NullMarked
package dev.larder.cache.catalogue;

import org.jspecify.annotations.NullMarked;
