package dev.larder.agent.front;

import dev.larder.agent.proxy.HttpProxy;
import dev.larder.agent.registry.Fields;
import dev.larder.agent.registry.RegistryName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLException;

/** The registry that a pull is from. It follows redirects itself, so that those bytes count too. */
final class Upstream implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** Less than a minute: the engine's next try comes before a person looks. */
  private static final Duration HEAD = Duration.ofSeconds(45);

  private final RegistryName name;
  private final EngineRegistries engine;
  private final Optional<HttpProxy> proxy;
  private final Path authorities;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client;
  private Optional<URI> base = Optional.empty();

  /**
   * Connects when it is first asked.
   *
   * @param proxy the node's, for where the engine goes by one too
   * @param authorities the engine's own for its registries, a folder each
   */
  Upstream(RegistryName name, EngineRegistries engine, Optional<HttpProxy> proxy, Path authorities)
      throws RegistryException {
    this.name = name;
    this.engine = engine;
    this.proxy = proxy;
    this.authorities = authorities;
    try {
      this.client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(CONNECT)
              .executor(threads)
              .proxy(new Way())
              .sslContext(RegistryTrust.context(authorities, name.host()))
              .build();
    } catch (IOException | GeneralSecurityException e) {
      throw new RegistryException(
          "the certificates in "
              + authorities.resolve(name.host())
              + " cannot be read ("
              + e.getMessage()
              + "): mend them; the agent reads them as user 10000",
          e);
    }
  }

  /** By the node's proxy where the engine goes by one. */
  private final class Way extends ProxySelector {
    @Override
    public List<Proxy> select(URI to) {
      return List.of(
          by(to).map(by -> new Proxy(Proxy.Type.HTTP, by.address())).orElse(Proxy.NO_PROXY));
    }

    @Override
    public void connectFailed(URI to, SocketAddress address, IOException failure) {
      // The request says so itself.
    }
  }

  private Optional<HttpProxy> by(URI to) {
    return proxy.filter(
        _ -> to.getScheme().equals("https") && engine.isByProxy(to.getHost(), Redirects.port(to)));
  }

  /**
   * Asks the registry.
   *
   * @param method GET or HEAD
   * @param path from its root, {@code /v2/…}
   * @param fields those that go up, name and value in turn
   * @throws RegistryException with what to do about it
   */
  HttpResponse<Body> ask(String method, String path, List<String> fields)
      throws RegistryException, InterruptedException {
    var root = base();
    try {
      return follow(method, root.resolve(path), root, fields);
    } catch (IllegalArgumentException e) {
      throw unreachable(root, e);
    }
  }

  private HttpResponse<Body> follow(String method, URI first, URI root, List<String> fields)
      throws RegistryException, InterruptedException {
    var at = first;
    for (int hops = 0; hops <= Redirects.MOST; hops++) {
      var response = send(method, at, root, fields);
      var next =
          Redirects.next(at, response.statusCode(), response.headers().firstValue("Location"));
      if (next.isEmpty()) {
        return response;
      }
      response.body().cancel();
      at = next.get();
    }
    throw new RegistryException(
        "the registry " + name.registry() + " sends pulls in a circle: mend its settings");
  }

  private HttpResponse<Body> send(String method, URI at, URI root, List<String> fields)
      throws RegistryException, InterruptedException {
    var request = HttpRequest.newBuilder(at).timeout(HEAD).method(method, BodyPublishers.noBody());
    for (int i = 0; i < fields.size(); i += 2) {
      if (!fields.get(i).equalsIgnoreCase(Fields.AUTHORIZATION)
          || Redirects.isSameServer(at, root)) {
        request.header(fields.get(i), fields.get(i + 1));
      }
    }
    by(at)
        .flatMap(HttpProxy::authorization)
        .ifPresent(value -> request.setHeader("Proxy-Authorization", value));
    try {
      return client.send(request.build(), _ -> new Body());
    } catch (IOException e) {
      throw isUntrusted(e) ? untrusted(at, e) : unreachable(at, e);
    }
  }

  /** Plain HTTP only where the engine takes it too, and where TLS is not spoken. */
  private synchronized URI base() throws RegistryException, InterruptedException {
    if (base.isEmpty()) {
      base = Optional.of(findBase());
    }
    return base.get();
  }

  private URI findBase() throws RegistryException, InterruptedException {
    URI secure;
    try {
      secure = URI.create("https://" + name.host());
    } catch (IllegalArgumentException e) {
      throw new RegistryException(name.host() + " is no address of a registry", e);
    }
    if (secure.getHost() == null) {
      throw new RegistryException(name.host() + " is no address of a registry");
    }
    if (!isInsecure(secure)) {
      return secure;
    }
    try {
      send("GET", secure.resolve("/v2/"), secure, List.of()).body().cancel();
      return secure;
    } catch (RegistryException e) {
      if (e.getCause() instanceof IOException cause && isUntrusted(cause)) {
        throw e;
      }
      return URI.create("http://" + name.host());
    }
  }

  private boolean isInsecure(URI at) {
    try {
      return engine.isInsecure(
          name.registry(), Arrays.asList(InetAddress.getAllByName(at.getHost())));
    } catch (IOException _) {
      return engine.isInsecure(name.registry(), List.of());
    }
  }

  private static boolean isUntrusted(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof GeneralSecurityException) {
        return true;
      }
    }
    return false;
  }

  private RegistryException untrusted(URI at, IOException e) {
    return new RegistryException(
        "the certificate of "
            + where(at)
            + " is not trusted ("
            + e.getMessage()
            + "): put its authority's into "
            + authorities.resolve(name.host())
            + "/ca.crt on this machine and run the deploy command again; check the machine's clock",
        e);
  }

  private RegistryException unreachable(URI at, Exception e) {
    var text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    var tls = e instanceof SSLException ? " by TLS" : "";
    return new RegistryException(
        "the registry cannot be reached at "
            + where(at)
            + HttpProxy.by(by(at))
            + tls
            + " ("
            + text
            + "): see that it runs and that this machine reaches it",
        e);
  }

  /** That an answer broke off, in the same words. */
  RegistryException broken(HttpResponse<Body> response, IOException e) {
    return unreachable(response.uri(), e);
  }

  private static String where(URI at) {
    return at.getHost() + ":" + Redirects.port(at);
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
