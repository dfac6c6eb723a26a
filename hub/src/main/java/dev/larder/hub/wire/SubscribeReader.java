package dev.larder.hub.wire;

import static dev.larder.hub.wire.MalformedPacketException.malformed;
import static dev.larder.hub.wire.MalformedPacketException.protocolError;

import java.util.ArrayList;
import java.util.List;

/** Reads SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK (MQTT 5, 3.8 to 3.11). */
final class SubscribeReader {
  private static final int NO_LOCAL = 0x04;
  private static final int RETAIN_AS_PUBLISHED = 0x08;
  private static final int RETAIN_HANDLING_SHIFT = 4;

  private SubscribeReader() {}

  static Packet subscribe(Cursor body, int level) throws MalformedPacketException {
    int packetId = CodeReader.packetId(body.twoBytes("packet id"));
    var properties = properties(body, level, PropertyPlace.SUBSCRIBE);
    var wishes = new ArrayList<Packet.Wish>();
    while (body.remaining() > 0) {
      var filter = body.text("topic filter");
      wishes.add(wish(filter, body.octet("subscription options"), level));
    }
    if (wishes.isEmpty()) {
      throw protocolError("SUBSCRIBE has no topic filter [MQTT-3.8.3-2], [MQTT-3.8.3-3 of 3.1.1]");
    }
    return new Packet.Subscribe(packetId, List.copyOf(wishes), properties);
  }

  private static Packet.Wish wish(String filter, int options, int level)
      throws MalformedPacketException {
    int qos = options & 3;
    int retainHandling = (options >> RETAIN_HANDLING_SHIFT) & 3;
    if (level < 5 && options > 2) {
      throw malformed("requested QoS is " + options + " [MQTT-3.8.3-4 of 3.1.1]");
    }
    if ((options & 0xC0) != 0) {
      throw malformed("reserved subscription options are set [MQTT-3.8.3-5]");
    }
    if (qos == 3 || retainHandling == 3) {
      throw protocolError("maximum QoS or retain handling is 3 (MQTT 5, 3.8.3.1)");
    }
    if ((options & NO_LOCAL) != 0 && filter.startsWith("$share/")) {
      throw protocolError("a shared subscription has no local set [MQTT-3.8.3-4]");
    }
    return new Packet.Wish(
        filter,
        qos,
        (options & NO_LOCAL) != 0,
        (options & RETAIN_AS_PUBLISHED) != 0,
        retainHandling);
  }

  static Packet unsubscribe(Cursor body, int level) throws MalformedPacketException {
    int packetId = CodeReader.packetId(body.twoBytes("packet id"));
    var properties = properties(body, level, PropertyPlace.UNSUBSCRIBE);
    var filters = new ArrayList<String>();
    while (body.remaining() > 0) {
      filters.add(body.text("topic filter"));
    }
    if (filters.isEmpty()) {
      throw protocolError("UNSUBSCRIBE has no topic filter [MQTT-3.10.3-2]");
    }
    return new Packet.Unsubscribe(packetId, List.copyOf(filters), properties);
  }

  static Packet subAck(Cursor body, int level) throws MalformedPacketException {
    int packetId = CodeReader.packetId(body.twoBytes("packet id"));
    var properties = properties(body, level, PropertyPlace.ACKNOWLEDGEMENT);
    return new Packet.SubAck(packetId, codes(body), properties);
  }

  static Packet unsubAck(Cursor body, int level) throws MalformedPacketException {
    int packetId = CodeReader.packetId(body.twoBytes("packet id"));
    var properties = properties(body, level, PropertyPlace.ACKNOWLEDGEMENT);
    if (level < 5) {
      body.end();
      return new Packet.UnsubAck(packetId, List.of(), properties);
    }
    return new Packet.UnsubAck(packetId, codes(body), properties);
  }

  private static List<Integer> codes(Cursor body) throws MalformedPacketException {
    var codes = new ArrayList<Integer>();
    while (body.remaining() > 0) {
      codes.add(body.octet("reason code"));
    }
    if (codes.isEmpty()) {
      throw malformed("there is no reason code (MQTT 5, 3.9.3 and 3.11.3)");
    }
    return List.copyOf(codes);
  }

  private static Properties properties(Cursor body, int level, PropertyPlace place)
      throws MalformedPacketException {
    return level == 5 ? PropertiesReader.read(body, place) : Properties.NONE;
  }
}
