/** The one JSON mapper of the project. */
@NullMarked
package dev.larder.common.json;

import org.jspecify.annotations.NullMarked;
