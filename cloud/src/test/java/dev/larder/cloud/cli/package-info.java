@NullMarked
package dev.larder.cloud.cli;

import org.jspecify.annotations.NullMarked;
