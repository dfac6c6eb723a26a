/** What an administrator may do to the cache: purge, prefetch, pin, look. */
@NullMarked
package dev.larder.cache.admin;

import org.jspecify.annotations.NullMarked;
