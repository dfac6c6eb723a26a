package dev.larder.hub.wire;

import io.netty.buffer.ByteBuf;

/** Writes CONNECT (MQTT 5, 3.1) and CONNACK (3.2). */
final class ConnectWriter {
  private ConnectWriter() {}

  static void connect(ByteBuf out, Packet.Connect connect) {
    int level = connect.level();
    var body =
        new Sink()
            .text("MQTT", "protocol name")
            .octet(level)
            .octet(flags(connect))
            .twoBytes(connect.keepAlive());
    PropertiesWriter.write(body, level, connect.properties());
    body.text(connect.clientId(), "client id");
    connect
        .will()
        .ifPresent(will -> {
          PropertiesWriter.write(body, level, will.properties());
          body.text(will.topic(), "will topic").binary(will.payload().bytes(), "will payload");
        });
    connect.userName().ifPresent(name -> body.text(name, "user name"));
    connect.password().ifPresent(password -> body.binary(password.bytes(), "password"));
    body.packet(out, PacketType.CONNECT.firstByte());
  }

  private static int flags(Packet.Connect connect) {
    int will = connect.will().map(w -> 4 | (w.qos() << 3) | (w.retain() ? 0x20 : 0)).orElse(0);
    return will
        | (connect.cleanStart() ? 2 : 0)
        | (connect.password().isPresent() ? 0x40 : 0)
        | (connect.userName().isPresent() ? 0x80 : 0);
  }

  static void connAck(ByteBuf out, int level, Packet.ConnAck connAck) {
    int code = level < 5 ? returnCode(connAck.code()) : connAck.code();
    var body = new Sink().octet(connAck.sessionPresent() ? 1 : 0).octet(code);
    PropertiesWriter.write(body, level, connAck.properties());
    body.packet(out, PacketType.CONNACK.firstByte());
  }

  private static int returnCode(int code) {
    for (var reason : Reason.values()) {
      if (reason.isFailure() && reason.code() == code) {
        return Encoder.returnCode(reason);
      }
    }
    return code;
  }
}
