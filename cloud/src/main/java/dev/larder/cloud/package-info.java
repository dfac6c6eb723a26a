/** The cloud's command line and the one place where its parts are put together. */
@NullMarked
package dev.larder.cloud;

import org.jspecify.annotations.NullMarked;
