/** Which bytes are here, which are being fetched, which to fetch, and what to evict. Pure. */
@NullMarked
package dev.larder.cache.slice;

import org.jspecify.annotations.NullMarked;
