package dev.larder.hub.server;

import dev.larder.hub.identity.ClientCertificate;
import dev.larder.hub.tls.ServerTls;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.util.Optional;

/** What clients showed in their handshakes. */
record ClientCertificates(ServerTls tls) {
  Optional<ClientCertificate> of(ChannelPipeline pipeline) {
    var handler = pipeline.get(SslHandler.class);
    return handler == null ? Optional.empty() : tls.clientOf(handler.engine().getSession());
  }
}
