@NullMarked
package dev.larder.cloud.portal;

import org.jspecify.annotations.NullMarked;
