package dev.larder.common.manifest;

/** Who the agent is to a registry. */
public record RegistryCredentials(String address, String username, String password) {
  @Override
  public String toString() {
    return "RegistryCredentials[" + username + "@" + address + "]";
  }
}
