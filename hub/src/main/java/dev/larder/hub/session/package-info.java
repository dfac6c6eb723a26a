/**
 * The broker, as decisions: sessions, subscriptions, retained messages, wills, what is sent and
 * what waits. Packets, acknowledgements of the disk and the passing of time come in as calls; what
 * is to be done goes out through {@link Wire} and the log. One thread, no clock, no I/O.
 */
@NullMarked
package dev.larder.hub.session;

import org.jspecify.annotations.NullMarked;
