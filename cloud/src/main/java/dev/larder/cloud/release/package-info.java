/** Pure: releases, and whether a node may move to one now. */
@NullMarked
package dev.larder.cloud.release;

import org.jspecify.annotations.NullMarked;
