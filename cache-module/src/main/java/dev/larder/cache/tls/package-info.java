/** The certificate with which clients are served over TLS, installed and replaced as files. */
@NullMarked
package dev.larder.cache.tls;

import org.jspecify.annotations.NullMarked;
