/** The Docker engine, over docker-java's transport. */
@NullMarked
package dev.larder.agent.engine;

import org.jspecify.annotations.NullMarked;
