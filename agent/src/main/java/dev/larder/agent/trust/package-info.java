/** The node's keys, its request for a certificate, and its own authority. */
@NullMarked
package dev.larder.agent.trust;

import org.jspecify.annotations.NullMarked;
