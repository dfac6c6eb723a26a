package dev.larder.hub.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.MessageToMessageCodec;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Tells WebSocket from other requests; MQTT goes in binary frames (MQTT 5, 6). */
final class WebHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  /** Where MQTT clients look by habit, and where IoT Hub's look. */
  private static final Set<String> PATHS = Set.of("/mqtt", "/$iothub/websocket");

  private static final int REQUEST_MAXIMUM_BYTES = 256 << 10;
  private static final int IDLE_SECONDS = 300;

  private final WebRequests requests;
  private final Supplier<Connection> connections;
  private final ClientCertificates certificates;
  private final int packetMaximumBytes;

  /** Requests that came before the one in hand was answered: no more than one read brought. */
  private final ArrayDeque<FullHttpRequest> waiting = new ArrayDeque<>();

  private boolean answering;

  WebHandler(
      WebRequests requests,
      Supplier<Connection> connections,
      ClientCertificates certificates,
      int packetMaximumBytes) {
    this.certificates = certificates;
    this.requests = requests;
    this.connections = connections;
    this.packetMaximumBytes = packetMaximumBytes;
  }

  void install(ChannelPipeline pipeline) {
    pipeline
        .addLast("idle", new IdleStateHandler(IDLE_SECONDS, 0, 0))
        .addLast(new HttpServerCodec())
        .addLast(new HttpObjectAggregator(REQUEST_MAXIMUM_BYTES))
        .addLast(this);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (answering) {
      waiting.add(request.retain());
    } else {
      serve(context, request);
    }
  }

  private void serve(ChannelHandlerContext context, FullHttpRequest request) {
    var query = new QueryStringDecoder(request.uri());
    var path = query.rawPath();
    boolean upgrade =
        request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    if (upgrade && PATHS.contains(path)) {
      upgrade(context, request, path);
    } else {
      answering = true;
      context.channel().config().setAutoRead(false);
      pass(context, request, query);
    }
  }

  /** The next of the connection, which its client may have sent without waiting. */
  private void answered(ChannelHandlerContext context) {
    answering = false;
    var next = waiting.poll();
    if (next == null) {
      context.channel().config().setAutoRead(true);
      return;
    }
    try {
      serve(context, next);
    } finally {
      next.release();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    waiting.forEach(FullHttpRequest::release);
    waiting.clear();
  }

  private void upgrade(ChannelHandlerContext context, FullHttpRequest request, String path) {
    var config =
        WebSocketServerProtocolConfig.newBuilder()
            .websocketPath(path)
            .checkStartsWith(true)
            .subprotocols("mqtt")
            .maxFramePayloadLength(packetMaximumBytes)
            .build();
    var pipeline = context.pipeline();
    // It may come right behind a request that was being answered.
    context.channel().config().setAutoRead(true);
    pipeline.remove("idle");
    pipeline.addLast(new WebSocketServerProtocolHandler(config));
    pipeline.addLast(new WebSocketFrameAggregator(packetMaximumBytes));
    pipeline.addLast(new Frames());
    pipeline.addLast(connections.get());
    context.fireChannelRead(request.retain());
    pipeline.remove(this);
  }

  private void pass(
      ChannelHandlerContext context, FullHttpRequest request, QueryStringDecoder query) {
    boolean alive = HttpUtil.isKeepAlive(request);
    requests.handle(
        new WebRequests.Request(
            context.channel(),
            request.method().name(),
            query.rawPath(),
            query.parameters().getOrDefault("generation", List.of("")).getFirst(),
            Optional.ofNullable(request.headers().get(HttpHeaderNames.AUTHORIZATION)),
            certificates.of(context.pipeline()),
            request.content().toString(StandardCharsets.UTF_8)),
        answer -> {
          var body = Unpooled.copiedBuffer(answer.body(), StandardCharsets.UTF_8);
          var response =
              new DefaultFullHttpResponse(
                  HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), body);
          response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
          HttpUtil.setContentLength(response, body.readableBytes());
          HttpUtil.setKeepAlive(response, alive);
          var written = context.writeAndFlush(response);
          if (alive) {
            answered(context);
          } else {
            written.addListener(ChannelFutureListener.CLOSE);
          }
        });
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent) {
      var _ = context.close();
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close();
  }

  /** Binary frames carry bytes of MQTT; anything else ends the connection (MQTT 5, 6.0.0-1). */
  private static final class Frames extends MessageToMessageCodec<WebSocketFrame, ByteBuf> {
    @Override
    protected void encode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
      out.add(new BinaryWebSocketFrame(bytes.retain()));
    }

    @Override
    protected void decode(ChannelHandlerContext context, WebSocketFrame frame, List<Object> out) {
      if (frame instanceof BinaryWebSocketFrame) {
        out.add(frame.content().retain());
      } else {
        var _ = context.close();
      }
    }
  }
}
