/** Image registries: how they are called, and what of their protocol the pull front passes on. */
@NullMarked
package dev.larder.agent.registry;

import org.jspecify.annotations.NullMarked;
