package dev.larder.cloud.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** {@code larder logout}: withdraws the token that login made. */
@Command(
    name = "logout",
    mixinStandardHelpOptions = true,
    description = "Withdraws the API token that login made, and forgets the cloud.")
final class LogoutCommand implements Callable<Integer> {
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;

  private final Cloud cloud;

  LogoutCommand(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public Integer call() throws IOException {
    var connection = Connection.read(cloud.environment());
    connection.tokenId().ifPresent(this::withdraw);
    Files.deleteIfExists(Connection.file(cloud.environment()));
    return ExitCode.OK;
  }

  private void withdraw(String tokenId) {
    try {
      cloud.ask(client -> client.delete(CloudClient.path("tokens", tokenId)));
    } catch (CliFailure failure) {
      // A token that the cloud does not know is as good as withdrawn.
      if (failure.status() != UNAUTHORIZED && failure.status() != NOT_FOUND) {
        throw failure;
      }
    }
  }
}
