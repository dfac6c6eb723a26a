package dev.larder.agent.cloud;

import dev.larder.agent.proxy.HttpProxy;
import dev.larder.agent.proxy.ProxyRefusal;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** Tries the ways to the cloud, one connection each, without disturbing what runs. */
public final class CloudProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int ERRORS = 400;

  /** Of who is not known, may not, or is no more: not of a cloud that has trouble of its own. */
  private static final Set<Integer> REFUSALS = Set.of(401, 403, 410);

  /** For the server's word on a certificate, which comes after its side of the handshake. */
  private static final Duration VERDICT = Duration.ofSeconds(1);

  private static final int HEAD_LIMIT_BYTES = 8 << 10;

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})\\b");
  private static final Pattern CHALLENGE =
      Pattern.compile("(?im)^Proxy-Authenticate:[ \\t]*+([^\\r\\n]*+)");

  private final SSLContext tls;
  private final Duration verdict;

  public CloudProbe(SSLContext tls) {
    this(tls, VERDICT);
  }

  CloudProbe(SSLContext tls, Duration verdict) {
    this.tls = tls;
    this.verdict = verdict;
  }

  /**
   * What the cloud said.
   *
   * @param time that it says it is, if it says so
   * @param manifest for this node; empty when it has none
   */
  public record Answer(Optional<Instant> time, Optional<CloudClient.Fetched> manifest) {}

  /**
   * Asks for the manifest as the agent does, but without waiting, which leaves the agent's own poll
   * alone.
   *
   * @param proxy to go through
   */
  public Answer https(URI cloud, Optional<HttpProxy> proxy)
      throws CloudException, InterruptedException {
    try (var http = new CloudHttp(cloud, proxy, tls, (_, _) -> {})) {
      var response = http.send(http.request("/node/v1/manifest").build(), PATIENCE);
      if (REFUSALS.contains(response.statusCode())) {
        throw CloudHttp.refused(response);
      }
      if (response.statusCode() >= ERRORS) {
        throw new CloudException(
            CloudException.Kind.UNREACHABLE,
            String.valueOf(CloudHttp.refused(response).getMessage()));
      }
      return new Answer(
          CloudHttp.date(response),
          response.statusCode() == OK
              ? Optional.of(CloudClient.Fetched.of(response))
              : Optional.empty());
    } catch (CloudException e) {
      if (e.getCause() instanceof SSLException alert && isAlert(alert)) {
        throw new CloudException(
            CloudException.Kind.REFUSED,
            "The cloud does not take the node's certificate: " + alert.getMessage(),
            e);
      }
      throw e;
    }
  }

  /**
   * Shakes hands by TLS, waits a second for what the server says to the node's certificate, and
   * closes. No MQTT is spoken: a second connection of the node's name would end the hub's own.
   */
  public void mqtt(String host, int port, Optional<HttpProxy> proxy) throws CloudException {
    var where = host + ":" + port + HttpProxy.by(proxy);
    var first =
        proxy
            .map(by -> new InetSocketAddress(by.url().getHost(), by.url().getPort()))
            .orElseGet(() -> new InetSocketAddress(host, port));
    try (var socket = new HearingSocket()) {
      socket.connect(first, (int) PATIENCE.toMillis());
      socket.setSoTimeout((int) PATIENCE.toMillis());
      if (proxy.isPresent()) {
        tunnel(socket, host, port, proxy.get());
      }
      shake(socket, host, port);
    } catch (CloudException e) {
      throw e;
    } catch (SSLException e) {
      var kind = isAlert(e) ? CloudException.Kind.REFUSED : CloudException.Kind.NOT_TRUSTED;
      throw new CloudException(kind, where + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new CloudException(CloudException.Kind.UNREACHABLE, where + ": " + reason(e), e);
    }
  }

  private void shake(Socket socket, String host, int port) throws IOException {
    try (var secured = (SSLSocket) tls.getSocketFactory().createSocket(socket, host, port, false)) {
      var parameters = secured.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secured.setSSLParameters(parameters);
      secured.startHandshake();
      verdict(secured);
    }
  }

  /** In TLS 1.3 a client has shaken hands before the server has looked at its certificate. */
  private void verdict(SSLSocket secured) throws IOException {
    secured.setSoTimeout((int) verdict.toMillis());
    try {
      if (secured.getInputStream().read() < 0) {
        throw new CloudException(
            CloudException.Kind.REFUSED, "it ended the connection on seeing the certificate");
      }
    } catch (SocketTimeoutException _) {
      // It waits for the hub's first packet.
    }
  }

  /** Whether it is the other side that does not trust; the JDK tells by these words alone. */
  private static boolean isAlert(Exception e) {
    return String.valueOf(e.getMessage()).contains("Received fatal alert");
  }

  /** RFC 9110, 9.3.6. */
  private static void tunnel(Socket socket, String host, int port, HttpProxy proxy)
      throws IOException {
    var authority = host + ":" + port;
    var login =
        proxy.authorization().map(value -> "Proxy-Authorization: " + value + "\r\n").orElse("");
    var request =
        "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n" + login + "\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    var head = head(socket.getInputStream());
    var status = STATUS.matcher(head);
    if (!status.lookingAt()) {
      throw new IOException("the proxy does not answer CONNECT in HTTP");
    }
    if (!status.group(1).startsWith("2")) {
      var challenges = CHALLENGE.matcher(head).results().map(found -> found.group(1)).toList();
      throw CloudHttp.refusal(
          ProxyRefusal.of(proxy, Integer.parseInt(status.group(1)), challenges));
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int read = in.read();
      if (read < 0 || head.length() >= HEAD_LIMIT_BYTES) {
        throw new IOException("the proxy's answer to CONNECT has no end");
      }
      head.append((char) read);
    }
    return head.toString();
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
