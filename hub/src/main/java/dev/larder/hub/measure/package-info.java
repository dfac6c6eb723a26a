/** Numbers that are counted while the hub works, for its metrics. Pure. */
@NullMarked
package dev.larder.hub.measure;

import org.jspecify.annotations.NullMarked;
