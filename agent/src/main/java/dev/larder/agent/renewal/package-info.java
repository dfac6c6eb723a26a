/** A new certificate before the old one ends. */
@NullMarked
package dev.larder.agent.renewal;

import org.jspecify.annotations.NullMarked;
