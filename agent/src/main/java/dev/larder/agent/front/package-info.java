/**
 * Pulls within a limit on bandwidth: the engine pulls from a front of the agent's, which reads from
 * the registry no faster than it may.
 */
@NullMarked
package dev.larder.agent.front;

import org.jspecify.annotations.NullMarked;
