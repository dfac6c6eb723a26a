/** Signatures of manifests and keys of modules. */
@NullMarked
package dev.larder.common.trust;

import org.jspecify.annotations.NullMarked;
