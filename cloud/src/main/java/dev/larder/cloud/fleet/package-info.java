/**
 * What administrators and nodes do to the fleet: each method one transaction, then the waking of
 * those it concerns.
 */
@NullMarked
package dev.larder.cloud.fleet;

import org.jspecify.annotations.NullMarked;
