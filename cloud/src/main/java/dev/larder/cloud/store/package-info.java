/** What the cloud keeps, in SQLite or PostgreSQL. */
@NullMarked
package dev.larder.cloud.store;

import org.jspecify.annotations.NullMarked;
