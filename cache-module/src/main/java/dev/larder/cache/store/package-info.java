/** Cached content on drives: one data file an object, its marks beside it. */
@NullMarked
package dev.larder.cache.store;

import org.jspecify.annotations.NullMarked;
