/** The agent's own container: a successor proves itself and takes its place. */
@NullMarked
package dev.larder.agent.handover;

import org.jspecify.annotations.NullMarked;
