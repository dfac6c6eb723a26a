/** The shell of the connection to the cloud. */
@NullMarked
package dev.larder.hub.link;

import org.jspecify.annotations.NullMarked;
