import com.hivemq.embedded.EmbeddedHiveMQ;
import java.nio.file.Path;

/** Runs HiveMQ CE in the folder of the first argument, until it is killed. Compiled with HiveMQ's libraries. */
public final class HiveHost {
  private HiveHost() {}

  public static void main(String[] arguments) throws Exception {
    var folder = Path.of(arguments[0]);
    var broker =
        EmbeddedHiveMQ.builder()
            .withConfigurationFolder(folder.resolve("conf"))
            .withDataFolder(folder.resolve("data"))
            .withExtensionsFolder(folder.resolve("extensions"))
            .build();
    broker.start().join();
    Thread.currentThread().join();
  }
}
