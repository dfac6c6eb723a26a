/** Files that are whole or not there. */
@NullMarked
package dev.larder.common.file;

import org.jspecify.annotations.NullMarked;
