package dev.larder.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cache.slice.ObjectMeta;
import dev.larder.common.settings.CacheDesired.Drive;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Objects that are asked for at the very moment that they are made. */
@Timeout(60)
class MakingIT {
  private static final int MIB = 1 << 20;
  private static final int OBJECTS = 1_000;

  @TempDir Path folder;

  @Test
  void whoFindsAnObjectBeforeItsFilesWaitsForThem() throws Exception {
    try (var store = new ContentStore(folder, Duration.ZERO)) {
      var drive = Files.createDirectories(folder.resolve("drive")).toString();
      store.configure(List.of(new Drive(drive, drive, 64L * MIB)));
      for (int i = 0; i < OBJECTS; i++) {
        var key = "http://origin/" + i;
        var opener = CompletableFuture.supplyAsync(() -> firstOpened(store, key));
        try (var made = store.create(key, meta()).orElseThrow();
            var found = opener.get(10, TimeUnit.SECONDS)) {
          assertThat(made.object().isGone()).as("object %s was dropped", i).isFalse();
          assertThat(found.object()).isSameAs(made.object());
        }
      }
    }
  }

  private static Reader firstOpened(ContentStore store, String key) {
    while (true) {
      var found = store.open(key);
      if (found.isPresent()) {
        return found.get();
      }
    }
  }

  private static ObjectMeta meta() {
    return new ObjectMeta(MIB, Map.of("etag", "\"1\""), Instant.now());
  }
}
