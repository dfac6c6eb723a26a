/** When the updates schedule is checked and what a check came to. Pure. */
@NullMarked
package dev.larder.cache.updates;

import org.jspecify.annotations.NullMarked;
