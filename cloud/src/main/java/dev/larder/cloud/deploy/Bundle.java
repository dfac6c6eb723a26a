package dev.larder.cloud.deploy;

import dev.larder.cloud.release.Release;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an administrator unpacks on the node's machine: the scripts of the cloud's jar, the versions
 * that they install, and the certificate by which they know the cloud. No secret is in it.
 */
public final class Bundle {
  private static final String SCRIPTS = "/bundle";
  private static final String VERSIONS = "packageVer.txt";
  private static final String AUTHORITY = "cloud-ca.pem";
  private static final String EXECUTABLE = "rwxr-xr-x";
  private static final String PLAIN = "rw-r--r--";

  private final String authorityPem;

  /**
   * A bundle of this cloud.
   *
   * @param authorityPem the cloud's certificate
   */
  public Bundle(String authorityPem) {
    this.authorityPem = authorityPem;
  }

  private static Map<String, String> scripts() throws IOException {
    var folder = Bundle.class.getResource(SCRIPTS);
    if (folder == null) {
      throw new IOException("The jar lacks " + SCRIPTS);
    }
    try {
      var uri = folder.toURI();
      if (uri.getScheme().equals("file")) {
        return read(Path.of(uri));
      }
      try (var jar =
          FileSystems.newFileSystem(URI.create(uri.toString().split("!", -1)[0]), Map.of())) {
        return read(jar.getPath(SCRIPTS));
      }
    } catch (URISyntaxException e) {
      throw new IOException("The scripts cannot be found", e);
    }
  }

  private static Map<String, String> read(Path folder) throws IOException {
    var found = new TreeMap<String, String>();
    try (var entries = Files.list(folder)) {
      for (var file : entries.filter(Files::isRegularFile).toList()) {
        found.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return found;
  }

  /** The ZIP for a node of this release; scripts can be run as they are unpacked. */
  public byte[] zip(Release release) throws IOException {
    var contents = new TreeMap<>(scripts());
    contents.computeIfPresent(VERSIONS, (_, template) -> versions(template, release));
    contents.put(AUTHORITY, authorityPem);
    var folder = Files.createTempDirectory("larder-bundle");
    var zip = folder.resolve("bundle.zip");
    try {
      var how = Map.of("create", "true", "enablePosixFileAttributes", "true");
      try (var system = FileSystems.newFileSystem(zip, how)) {
        for (var entry : contents.entrySet()) {
          var file = system.getPath("/" + entry.getKey());
          Files.write(file, entry.getValue().getBytes(StandardCharsets.UTF_8));
          var permissions = entry.getKey().endsWith(".sh") ? EXECUTABLE : PLAIN;
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        }
      }
      return Files.readAllBytes(zip);
    } finally {
      Files.deleteIfExists(zip);
      Files.delete(folder);
    }
  }

  private static String versions(String template, Release release) {
    return template
        .replace("${version}", release.version().toString())
        .replace("${images.edgeAgent}", release.images().edgeAgent())
        .replace("${images.edgeHub}", release.images().edgeHub())
        .replace("${images.cache}", release.images().cache());
  }
}
