/** The HTTP proxy that a node goes to the cloud through, and what it shows there. */
@NullMarked
package dev.larder.agent.proxy;

import org.jspecify.annotations.NullMarked;
