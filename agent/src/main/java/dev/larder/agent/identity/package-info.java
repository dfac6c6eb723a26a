/** The folders that modules find mounted: who they are and whom to trust. */
@NullMarked
package dev.larder.agent.identity;

import org.jspecify.annotations.NullMarked;
