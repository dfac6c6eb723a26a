/** When a node checks for releases and when it may move to one. */
@NullMarked
package dev.larder.common.schedule;

import org.jspecify.annotations.NullMarked;
