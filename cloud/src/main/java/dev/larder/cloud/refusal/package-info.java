/** Why a request is not done, in the words of the domain. */
@NullMarked
package dev.larder.cloud.refusal;

import org.jspecify.annotations.NullMarked;
