/** The twins of the node's modules. Pure. */
@NullMarked
package dev.larder.hub.twin;

import org.jspecify.annotations.NullMarked;
