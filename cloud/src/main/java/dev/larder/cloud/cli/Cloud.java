package dev.larder.cloud.cli;

import java.util.Map;
import java.util.function.Function;

/** What the commands are run with: the environment that names the cloud. */
record Cloud(Map<String, String> environment) {
  Cloud {
    environment = Map.copyOf(environment);
  }

  /** Asks the cloud that the user is signed in to. */
  <T> T ask(Function<CloudClient, T> question) {
    try (var client = CloudClient.of(Connection.read(environment))) {
      return question.apply(client);
    }
  }
}
