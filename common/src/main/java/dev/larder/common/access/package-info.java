/** Who may connect, publish and subscribe to what: the access list of the hub's open topics. */
@NullMarked
package dev.larder.common.access;

import org.jspecify.annotations.NullMarked;
