/** How the services log. */
@NullMarked
package dev.larder.common.log;

import org.jspecify.annotations.NullMarked;
