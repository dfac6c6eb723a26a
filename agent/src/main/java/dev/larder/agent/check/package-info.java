/** From what was observed on a node to findings, each failure with its mend. Pure. */
@NullMarked
package dev.larder.agent.check;

import org.jspecify.annotations.NullMarked;
