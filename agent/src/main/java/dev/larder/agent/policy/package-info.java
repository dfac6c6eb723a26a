/** What the machine's owner lets a manifest ask of it; the cloud has no say in this. */
@NullMarked
package dev.larder.agent.policy;

import org.jspecify.annotations.NullMarked;
