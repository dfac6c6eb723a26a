/** What a client asks for: target, origin, key and range. Pure. */
@NullMarked
package dev.larder.cache.request;

import org.jspecify.annotations.NullMarked;
