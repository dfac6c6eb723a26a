/**
 * IoT Edge's workload API for modules: an own socket each, to sign, to have a server certificate,
 * to learn whom to trust.
 */
@NullMarked
package dev.larder.agent.workload;

import org.jspecify.annotations.NullMarked;
