/** The cloud's own certificate authority and the key that signs manifests. */
@NullMarked
package dev.larder.cloud.authority;

import org.jspecify.annotations.NullMarked;
