package dev.larder.hub.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.hub.identity.ClientCertificate;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS by real sockets: the JDK's clients at a server that gives back what it gets. */
final class TlsIT {
  private static final Issued AUTHORITY = Issued.authority("CN=node authority");
  private static final String MODULE = "11111111-2222-3333-4444-555555555555/press";
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final KeyManager[] NO_KEYS = {};

  @TempDir Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<Optional<ClientCertificate>> clients = new LinkedBlockingQueue<>();
  private final Issued server = AUTHORITY.issue("CN=hub", KeyPurposeId.id_kp_serverAuth, DAY);
  private ServerTls tls;
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private Channel listening;

  @BeforeEach
  void listen() throws IOException, GeneralSecurityException {
    server.writeServer(folder);
    tls = ServerTls.load(folder);
    listening =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(tls.handler(), new Echo());
                  }
                })
            .bind(0)
            .syncUninterruptibly()
            .channel();
  }

  private int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** Notes whom each handshake showed, and sends back what comes. */
  private final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event == SslHandshakeCompletionEvent.SUCCESS) {
        var handler = context.pipeline().get(SslHandler.class);
        clients.add(tls.clientOf(handler.engine().getSession()));
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      var _ = context.writeAndFlush(bytes);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }

  @AfterEach
  void close() throws Exception {
    var _ = loop.shutdownGracefully(0, PATIENCE.toSeconds(), TimeUnit.SECONDS).sync();
    vertx.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private SSLSocket connect(KeyManager[] keys, String... protocols)
      throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("node", AUTHORITY.certificate());
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(keys, trust.getTrustManagers(), null);
    var socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    socket.startHandshake();
    return socket;
  }

  private static void await(BooleanSupplier condition) {
    var end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  private static void echo(SSLSocket socket) throws IOException {
    socket.getOutputStream().write('x');
    assertThat(socket.getInputStream().read()).isEqualTo('x');
  }

  private static X509Certificate served(SSLSocket socket) throws IOException {
    return (X509Certificate) socket.getSession().getPeerCertificates()[0];
  }

  private Optional<ClientCertificate> seen(KeyManager[] keys, String... protocols)
      throws IOException, GeneralSecurityException, InterruptedException {
    try (var socket = connect(keys, protocols)) {
      echo(socket);
      var client = clients.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(client).isNotNull();
      return client;
    }
  }

  private ClientCertificate seen(Issued issued)
      throws IOException, GeneralSecurityException, InterruptedException {
    return seen(issued.keyManagers()).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aClientNeedsNoCertificateAndMayShowOne(String protocol) throws Exception {
    assertThat(seen(NO_KEYS, protocol)).isEmpty();
    var own = AUTHORITY.issue("CN=" + MODULE, KeyPurposeId.id_kp_clientAuth, DAY);
    var der = own.certificate().getEncoded();
    assertThat(seen(own.keyManagers(), protocol))
        .contains(
            new ClientCertificate(
                MODULE,
                own.certificate().getNotBefore().toInstant(),
                own.certificate().getNotAfter().toInstant(),
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(der)),
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der)),
                true));
  }

  @Test
  void whatTheAuthorityDidNotIssueConnectsUnverified() throws Exception {
    var alone = seen(Issued.alone("CN=printer-7"));
    assertThat(alone.commonName()).isEqualTo("printer-7");
    assertThat(alone.verified()).isFalse();
    var impostor = Issued.authority("CN=node authority");
    assertThat(seen(impostor.issue("CN=" + MODULE, KeyPurposeId.id_kp_clientAuth, DAY)).verified())
        .isFalse();
  }

  @Test
  void whatIsNotForClientsOrHasEndedIsUnverified() throws Exception {
    assertThat(seen(AUTHORITY.issue("CN=a", KeyPurposeId.id_kp_codeSigning, DAY)).verified())
        .isFalse();
    assertThat(
            seen(AUTHORITY.issue("CN=a", KeyPurposeId.id_kp_clientAuth, DAY.negated())).verified())
        .isFalse();
  }

  @Test
  void twoNamesAreNone() throws Exception {
    assertThat(seen(Issued.alone("CN=a,CN=b")).commonName()).isEmpty();
    assertThat(seen(Issued.alone("CN=a+OU=b")).commonName()).isEmpty();
    assertThat(seen(Issued.alone("O=a")).commonName()).isEmpty();
    assertThat(seen(Issued.alone("CN=a,O=b")).commonName()).isEqualTo("a");
  }

  /** A ClientHello of TLS 1.1 is answered by the alert protocol_version (RFC 5246, 7.2.2). */
  @Test
  void olderTlsIsNotSpoken() throws IOException {
    var hello = "0100002d0302" + "42".repeat(32) + "00" + "0004c009c013" + "0100" + "0000";
    var record = HexFormat.of().parseHex("160301" + "0031" + hello);
    try (var socket = new Socket("localhost", port())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write(record);
      var answer = socket.getInputStream().readNBytes(7);
      assertThat(answer[0]).as("alert").isEqualTo((byte) 21);
      assertThat(answer[6]).as("protocol_version").isEqualTo((byte) 70);
    }
  }

  @Test
  void aNewPairIsServedAndOpenConnectionsStay() throws Exception {
    tls.watch(vertx, LOOK);
    try (var before = connect(NO_KEYS)) {
      assertThat(served(before)).isEqualTo(server.certificate());
      var next = AUTHORITY.issue("CN=hub", KeyPurposeId.id_kp_serverAuth, DAY.multipliedBy(2));
      next.writeKey(folder);
      await(() -> tls.problem().contains("server.key is not"));
      try (var between = connect(NO_KEYS)) {
        assertThat(served(between)).isEqualTo(server.certificate());
      }
      next.writeServer(folder);
      await(() -> tls.notAfter().equals(next.certificate().getNotAfter().toInstant()));
      await(() -> tls.problem().isEmpty());
      try (var after = connect(NO_KEYS)) {
        assertThat(served(after)).isEqualTo(next.certificate());
        echo(after);
      }
      echo(before);
    }
  }

  @Test
  void aNewAuthorityVerifiesItsOwn() throws Exception {
    var other = Issued.authority("CN=next authority");
    var own = other.issue("CN=" + MODULE, KeyPurposeId.id_kp_clientAuth, DAY);
    assertThat(seen(own).verified()).isFalse();
    tls.watch(vertx, LOOK);
    Files.writeString(folder.resolve("trust.pem"), Issued.pem(other.certificate()));
    var end = Instant.now().plus(PATIENCE);
    while (!seen(own).verified()) {
      assertThat(Instant.now()).isBefore(end);
    }
    Files.delete(folder.resolve("trust.pem"));
    while (seen(own).verified()) {
      assertThat(Instant.now()).isBefore(end);
    }
  }

  @Test
  void badFilesAreNamedAtTheStart() throws IOException {
    Issued.alone("CN=x").writeKey(folder);
    assertThatThrownBy(() -> ServerTls.load(folder)).hasMessageContaining("server.key is not");
    Files.writeString(folder.resolve("server.crt"), "nonsense");
    assertThatThrownBy(() -> ServerTls.load(folder)).hasMessageContaining("server.crt");
    Files.writeString(folder.resolve("trust.pem"), "");
    assertThatThrownBy(() -> ServerTls.load(folder)).hasMessageContaining("trust.pem");
    Files.delete(folder.resolve("server.crt"));
    assertThatThrownBy(() -> ServerTls.load(folder)).hasMessageContaining("server.crt");
  }

  @Test
  void garbageInsteadOfAHandshakeEndsOnlyItself() throws Exception {
    try (var socket = new Socket("localhost", port())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write("CONNECT please\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(8);
    }
    assertThat(seen(NO_KEYS)).isEmpty();
  }
}
