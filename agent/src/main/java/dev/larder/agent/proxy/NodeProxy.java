package dev.larder.agent.proxy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.larder.agent.node.NodeConfig;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.trust.Seal;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's proxy on its disk: the address in {@code config.json}, name and password beside it,
 * sealed with the address that they are for.
 */
public final class NodeProxy {
  private static final Logger log = LoggerFactory.getLogger(NodeProxy.class);
  private static final String LABEL = "larder: proxy login at rest";

  private NodeProxy() {}

  private record Kept(URI url, String user, String password) {
    /** Without the password. */
    @Override
    public String toString() {
      return "Kept[" + url + "]";
    }
  }

  /**
   * The proxy as the configuration names it. A login that cannot be read, or is for another proxy,
   * counts for none: the proxy then says what is missing, and the node runs on.
   */
  public static Optional<HttpProxy> read(NodeFiles files, NodeConfig config) {
    try {
      return config
          .proxyUrl()
          .map(HttpProxy::at)
          .map(proxy -> new HttpProxy(proxy.url(), login(files, proxy.url())));
    } catch (IllegalArgumentException e) {
      log.atError().addKeyValue("reason", e.getMessage()).log("proxy in config.json passed over");
      return Optional.empty();
    }
  }

  private static Optional<ProxyLogin> login(NodeFiles files, URI url) {
    var file = files.sealedProxyLogin();
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      var plain = new Seal(files.readNodeSecret(), LABEL).open(Files.readAllBytes(file));
      if (plain.isEmpty()) {
        throw new IOException("it is damaged, or sealed by another node");
      }
      var kept = Json.mapper().readValue(plain.get(), Kept.class);
      return kept.url().equals(url)
          ? Optional.of(new ProxyLogin(kept.user(), kept.password()))
          : Optional.empty();
    } catch (JsonProcessingException | IllegalArgumentException _) {
      // Their messages may hold a piece of it.
      return unreadable(file, "it is not as it was written");
    } catch (IOException e) {
      return unreadable(file, String.valueOf(e.getMessage()));
    }
  }

  private static Optional<ProxyLogin> unreadable(Path file, String reason) {
    log.atError()
        .addKeyValue("file", file)
        .addKeyValue("reason", reason)
        .log("proxy's name and password cannot be read; run deploy.sh again");
    return Optional.empty();
  }

  /** Keeps what is to be shown to this proxy, and nothing when there is nothing. */
  public static void keep(NodeFiles files, Optional<HttpProxy> proxy) throws IOException {
    var login = proxy.flatMap(HttpProxy::login);
    if (proxy.isPresent() && login.isPresent()) {
      var kept = new Kept(proxy.get().url(), login.get().user(), login.get().password());
      var sealed = new Seal(files.readNodeSecret(), LABEL).seal(Json.writeBytes(kept));
      AtomicFile.write(files.sealedProxyLogin(), sealed, NodeFiles.SECRET);
    } else {
      Files.deleteIfExists(files.sealedProxyLogin());
    }
  }
}
