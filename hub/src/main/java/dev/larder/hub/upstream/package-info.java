/** What the node's one connection to the cloud sends, and when. Pure. */
@NullMarked
package dev.larder.hub.upstream;

import org.jspecify.annotations.NullMarked;
