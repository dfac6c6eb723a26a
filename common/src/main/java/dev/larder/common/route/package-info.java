/** The route language of IoT Edge's hub: FROM a source, WHERE a condition holds, INTO a sink. */
@NullMarked
package dev.larder.common.route;

import org.jspecify.annotations.NullMarked;
