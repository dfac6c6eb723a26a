/** Signatures of manifests, keys of modules and leaf devices, and tokens made from them. */
@NullMarked
package dev.larder.common.trust;

import org.jspecify.annotations.NullMarked;
