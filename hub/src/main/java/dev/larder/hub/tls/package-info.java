/** TLS of the node's own network: the hub's certificate, and what clients' certificates say. */
@NullMarked
package dev.larder.hub.tls;

import org.jspecify.annotations.NullMarked;
