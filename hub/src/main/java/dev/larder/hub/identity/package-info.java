/** Who a client is, and how it shows it. Pure. */
@NullMarked
package dev.larder.hub.identity;

import org.jspecify.annotations.NullMarked;
