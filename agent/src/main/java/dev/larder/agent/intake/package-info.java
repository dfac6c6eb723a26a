/** From bytes off the wire to a manifest in force: signature, node, schema, last good. */
@NullMarked
package dev.larder.agent.intake;

import org.jspecify.annotations.NullMarked;
