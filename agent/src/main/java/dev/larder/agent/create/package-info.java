/** What the engine is asked to create, from a module of the manifest. */
@NullMarked
package dev.larder.agent.create;

import org.jspecify.annotations.NullMarked;
