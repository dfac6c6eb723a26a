/** The cache module's desired properties. */
@NullMarked
package dev.larder.common.settings;

import org.jspecify.annotations.NullMarked;
