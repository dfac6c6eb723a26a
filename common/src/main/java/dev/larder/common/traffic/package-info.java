/** What the cache module tells of its traffic. */
@NullMarked
package dev.larder.common.traffic;

import org.jspecify.annotations.NullMarked;
