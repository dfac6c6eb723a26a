package dev.larder.hub.server;

import dev.larder.hub.tls.ServerTls;
import dev.larder.hub.wire.Decoder;
import dev.larder.hub.wire.TopicCache;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The ports that clients come in by: MQTT over TLS, MQTT over WebSocket and HTTPS, and, where it is
 * asked for, MQTT without TLS. Vert.x takes connections and does TLS; then this handler of ours has
 * the channel to itself.
 */
public final class Listeners {
  /** A payload of 256 KiB, its topic, its properties and the header. */
  public static final int PACKET_MAXIMUM_BYTES = (256 << 10) + (128 << 10);

  private static final int TOPICS_MAXIMUM = 8_192;
  private static final int BACKLOG = 1_024;

  private final Vertx vertx;
  private final Admission admission;
  private final Turn turn;
  private final ServerTls tls;
  private final TopicCache topics = new TopicCache(TOPICS_MAXIMUM);
  private final List<NetServer> servers = new ArrayList<>();
  private final List<Runnable> watches = new ArrayList<>();

  public Listeners(Vertx vertx, Admission admission, Turn turn, ServerTls tls) {
    this.vertx = vertx;
    this.admission = admission;
    this.turn = turn;
    this.tls = tls;
  }

  /** Listens for MQTT over TLS; the answer is the port. */
  public Future<Integer> mqtt(int port) {
    return secure(port, (pipeline, _) -> pipeline.addLast(connection(false)));
  }

  /**
   * Listens for MQTT over WebSocket, and for {@code requests} over HTTPS; the answer is the port.
   */
  public Future<Integer> web(int port, WebRequests requests) {
    return secure(
        port,
        (pipeline, _) ->
            new WebHandler(
                    requests,
                    () -> connection(false),
                    new ClientCertificates(tls),
                    PACKET_MAXIMUM_BYTES)
                .install(pipeline));
  }

  /** Listens for MQTT without TLS, for programs of the same machine; the answer is the port. */
  public Future<Integer> open(InetSocketAddress address) {
    var options = options().setHost(address.getHostString()).setPort(address.getPort());
    return listen(options, (pipeline, _) -> pipeline.addLast(connection(true)));
  }

  private Connection connection(boolean open) {
    return new Connection(admission, turn, new Decoder(PACKET_MAXIMUM_BYTES, topics), open);
  }

  private static NetServerOptions options() {
    return new NetServerOptions()
        .setAcceptBacklog(BACKLOG)
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true);
  }

  private Future<Integer> secure(int port, BiConsumer<ChannelPipeline, NetSocket> install) {
    return listen(tls.applyTo(options().setPort(port)), install)
        .onSuccess(_ -> watches.add(tls.watch(vertx, servers.getLast()::updateSSLOptions)));
  }

  private Future<Integer> listen(
      NetServerOptions options, BiConsumer<ChannelPipeline, NetSocket> install) {
    var server = vertx.createNetServer(options);
    servers.add(server);
    return server
        .connectHandler(socket -> {
          var pipeline = ((NetSocketInternal) socket).channelHandlerContext().pipeline();
          if (!admission.hasRoom(pipeline.channel())) {
            return;
          }
          pipeline.remove("handler");
          if (pipeline.get("chunkedWriter") != null) {
            pipeline.remove("chunkedWriter");
          }
          install.accept(pipeline, socket);
        })
        .listen()
        .map(NetServer::actualPort);
  }

  /** Takes no more connections. */
  public Future<Void> close() {
    watches.forEach(Runnable::run);
    return Future.all(servers.stream().map(NetServer::close).toList()).mapEmpty();
  }
}
