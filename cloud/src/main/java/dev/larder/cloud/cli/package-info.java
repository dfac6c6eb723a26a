/** The command line {@code larder}: the REST API for people and scripts, and nothing beside it. */
@NullMarked
package dev.larder.cloud.cli;

import org.jspecify.annotations.NullMarked;
