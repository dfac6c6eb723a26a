/** Where a node keeps what, and how it is called. */
@NullMarked
package dev.larder.agent.node;

import org.jspecify.annotations.NullMarked;
