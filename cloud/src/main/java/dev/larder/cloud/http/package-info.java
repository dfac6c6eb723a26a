/** The HTTPS server: the API, the node endpoints and the portal's files. */
@NullMarked
package dev.larder.cloud.http;

import org.jspecify.annotations.NullMarked;
