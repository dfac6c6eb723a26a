/**
 * The shell of {@link dev.larder.hub.log}: its segments as files, and the threads that use them.
 */
@NullMarked
package dev.larder.hub.disk;

import org.jspecify.annotations.NullMarked;
