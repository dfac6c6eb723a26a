/** The module twin's rules: merge, difference, size. */
@NullMarked
package dev.larder.common.twin;

import org.jspecify.annotations.NullMarked;
