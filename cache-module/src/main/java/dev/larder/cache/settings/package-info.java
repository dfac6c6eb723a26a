/** The module twin: what is desired, what is reported. Pure. */
@NullMarked
package dev.larder.cache.settings;

import org.jspecify.annotations.NullMarked;
