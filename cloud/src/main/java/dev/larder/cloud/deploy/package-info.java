/** How a node comes to be: the deploy command and the bundle of scripts. */
@NullMarked
package dev.larder.cloud.deploy;

import org.jspecify.annotations.NullMarked;
