/** Takes secrets out of what leaves the node. Pure. */
@NullMarked
package dev.larder.agent.redact;

import org.jspecify.annotations.NullMarked;
