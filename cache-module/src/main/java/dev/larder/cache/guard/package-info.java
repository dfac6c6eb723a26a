/** What is let in and where is gone out to: addresses of origins, connections of clients. */
@NullMarked
package dev.larder.cache.guard;

import org.jspecify.annotations.NullMarked;
