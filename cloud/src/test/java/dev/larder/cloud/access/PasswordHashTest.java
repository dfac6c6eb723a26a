package dev.larder.cloud.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class PasswordHashTest {
  @Test
  void aHashKnowsItsPasswordAndNoOther() {
    var hash = PasswordHash.of("correct horse", new SecureRandom());
    assertThat(hash).doesNotContain("horse").startsWith("pbkdf2-sha256$600000$");
    assertThat(PasswordHash.matches("correct horse", hash)).isTrue();
    assertThat(PasswordHash.matches("battery staple", hash)).isFalse();
  }
}
