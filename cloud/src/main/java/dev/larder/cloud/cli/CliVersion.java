package dev.larder.cloud.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version that the jar carries. */
final class CliVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    var version = Optional.ofNullable(LarderCli.class.getPackage().getImplementationVersion());
    return new String[] {"larder " + version.orElse("(not packaged)")};
  }
}
