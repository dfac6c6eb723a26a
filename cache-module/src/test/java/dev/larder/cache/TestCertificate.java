package dev.larder.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Makes certificates as an administrator would, with openssl. */
final class TestCertificate {
  private TestCertificate() {}

  /** Puts a new pair into a folder, each file replaced at once. */
  static void install(Path folder, String name) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    var key = folder.resolve(name + ".new.key");
    var chain = folder.resolve(name + ".new.crt");
    make(name, key, chain);
    Files.move(key, folder.resolve("server.key"), StandardCopyOption.REPLACE_EXISTING);
    Files.move(chain, folder.resolve("server.crt"), StandardCopyOption.REPLACE_EXISTING);
  }

  static void make(String name, Path key, Path chain) throws IOException, InterruptedException {
    var made =
        new ProcessBuilder(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/CN=" + name,
                "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout",
                key.toString(),
                "-out",
                chain.toString())
            .redirectErrorStream(true)
            .start();
    var said =
        new String(made.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (made.waitFor() != 0) {
      throw new IOException(said);
    }
  }
}
