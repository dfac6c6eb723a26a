/** The agent's side of the cloud's HTTPS port. */
@NullMarked
package dev.larder.agent.cloud;

import org.jspecify.annotations.NullMarked;
