package dev.larder.hub.server;

import dev.larder.hub.tls.ServerTls;
import dev.larder.hub.wire.Decoder;
import dev.larder.hub.wire.TopicCache;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The ports that clients come in by: MQTT over TLS, MQTT over WebSocket and HTTPS, and, where it is
 * asked for, MQTT without TLS. They are accepted on the loop that serves them: Vert.x's own server
 * accepts on a thread of its own, which costs two wake-ups a connection.
 */
public final class Listeners {
  /** A payload of 256 KiB, its topic, its properties and the header. */
  public static final int PACKET_MAXIMUM_BYTES = (256 << 10) + (128 << 10);

  private static final int TOPICS_MAXIMUM = 8_192;
  private static final int BACKLOG = 1_024;
  private static final String ANY_ADDRESS = "0.0.0.0";

  private final Admission admission;
  private final Turn turn;
  private final ServerTls tls;
  private final ServerBootstrap bootstrap;
  private final TopicCache topics = new TopicCache(TOPICS_MAXIMUM);
  private final List<Channel> servers = new ArrayList<>();
  private final Runnable stopWatching;

  public Listeners(Vertx vertx, Admission admission, Turn turn, ServerTls tls) {
    this.admission = admission;
    this.turn = turn;
    this.tls = tls;
    bootstrap =
        new ServerBootstrap()
            .group(turn.loop())
            .channelFactory(((VertxInternal) vertx).transport().serverChannelFactory(false))
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            // Netty sets TCP_NODELAY of its own accord.
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
    stopWatching = tls.watch(vertx);
  }

  /** Listens for MQTT over TLS; the answer is the port. */
  public Future<Integer> mqtt(int port) {
    return secure(port, pipeline -> pipeline.addLast(connection(false)));
  }

  /**
   * Listens for MQTT over WebSocket, and for {@code requests} over HTTPS; the answer is the port.
   */
  public Future<Integer> web(int port, WebRequests requests) {
    var certificates = new ClientCertificates(tls);
    return secure(
        port,
        pipeline ->
            new WebHandler(requests, () -> connection(false), certificates, PACKET_MAXIMUM_BYTES)
                .install(pipeline));
  }

  /** Listens for MQTT without TLS, for programs of the same machine; the answer is the port. */
  public Future<Integer> open(InetSocketAddress address) {
    return listen(
        new InetSocketAddress(address.getHostString(), address.getPort()),
        pipeline -> pipeline.addLast(connection(true)));
  }

  private Connection connection(boolean open) {
    return new Connection(admission, turn, new Decoder(PACKET_MAXIMUM_BYTES, topics), open);
  }

  private Future<Integer> secure(int port, Consumer<ChannelPipeline> install) {
    return listen(
        new InetSocketAddress(ANY_ADDRESS, port),
        pipeline -> {
          pipeline.addLast(tls.handler());
          install.accept(pipeline);
        });
  }

  private Future<Integer> listen(InetSocketAddress address, Consumer<ChannelPipeline> install) {
    Promise<Integer> listening = Promise.promise();
    bootstrap
        .clone()
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                if (admission.hasRoom(channel)) {
                  install.accept(channel.pipeline());
                }
              }
            })
        .bind(address)
        .addListener((ChannelFuture bound) -> {
          if (bound.isSuccess()) {
            servers.add(bound.channel());
            listening.complete(((InetSocketAddress) bound.channel().localAddress()).getPort());
          } else {
            listening.fail(bound.cause());
          }
        });
    return listening.future();
  }

  /** Takes no more connections. */
  public Future<Void> close() {
    stopWatching.run();
    var closing = new ArrayList<Future<Void>>();
    for (var server : servers) {
      Promise<Void> closed = Promise.promise();
      server.close().addListener(_ -> closed.complete());
      closing.add(closed.future());
    }
    return Future.all(closing).mapEmpty();
  }
}
