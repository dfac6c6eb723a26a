package dev.larder.agent.operator;

import dev.larder.agent.check.Observation;
import dev.larder.agent.check.Observation.CloudClock;
import dev.larder.agent.check.Observation.Reach;
import dev.larder.agent.check.Observation.Reached;
import dev.larder.agent.check.Observation.Way;
import dev.larder.agent.cloud.CloudException;
import dev.larder.agent.cloud.CloudProbe;
import dev.larder.agent.proxy.HttpProxy;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks at the cloud from the node's own network. */
final class CloudProbes {
  private static final int HTTPS = 443;

  private final NodeAtHand node;
  private final InstantSource clock;
  private final URI cloud;
  private final Optional<HttpProxy> proxy;

  CloudProbes(NodeAtHand node, InstantSource clock) {
    this.node = node;
    this.clock = clock;
    this.cloud = node.config().cloudUrl();
    this.proxy = node.proxy();
  }

  List<Probe> probes() {
    var probes = new ArrayList<Probe>();
    var mqtt = node.config().mqtt();
    Stream.of(cloud.getHost(), mqtt.host())
        .distinct()
        .forEach(host ->
            probes.add(
                new Probe(
                    "dns",
                    () -> List.of(name(host, proxy.isEmpty() || host.equals(mqtt.host()))))));
    probes.add(https(Way.HTTPS_DIRECT, Optional.empty()));
    // The hub has no other way than this.
    probes.add(mqtt(Way.MQTT_DIRECT, Optional.empty(), true));
    if (proxy.isPresent()) {
      probes.add(https(Way.HTTPS_PROXY, proxy));
      probes.add(mqtt(Way.MQTT_PROXY, proxy, false));
    }
    return probes;
  }

  private static Observation.Name name(String host, boolean isNeeded) {
    try {
      var addresses =
          Stream.of(InetAddress.getAllByName(host)).map(InetAddress::getHostAddress).toList();
      return new Observation.Name(host, addresses, isNeeded);
    } catch (UnknownHostException _) {
      return new Observation.Name(host, List.of(), isNeeded);
    }
  }

  private Probe https(Way way, Optional<HttpProxy> by) {
    var where =
        cloud.getHost() + ":" + (cloud.getPort() < 0 ? HTTPS : cloud.getPort()) + HttpProxy.by(by);
    var isNeeded = by.equals(proxy);
    return new Probe(
        way.check(),
        () -> {
          try {
            var answer = new CloudProbe(node.tls(clock)).https(cloud, by);
            var seen = new ArrayList<Observation>();
            seen.add(new Reach(way, where, isNeeded, Reached.ANSWERED, ""));
            if (isNeeded) {
              seen.add(
                  answer
                      .time()
                      .<Observation>map(at -> new CloudClock(at, clock.instant()))
                      .orElse(new Observation.Skipped("clock", "the cloud sent no Date")));
            }
            return seen;
          } catch (CloudException e) {
            return List.of(failed(way, where, isNeeded, e));
          }
        });
  }

  private Probe mqtt(Way way, Optional<HttpProxy> by, boolean isNeeded) {
    var host = node.config().mqtt().host();
    var port = node.config().mqtt().port();
    var where = host + ":" + port + HttpProxy.by(by);
    return new Probe(
        way.check(),
        () -> {
          try {
            new CloudProbe(node.tls(clock)).mqtt(host, port, by);
            return List.of(new Reach(way, where, isNeeded, Reached.ANSWERED, ""));
          } catch (CloudException e) {
            return List.of(failed(way, where, isNeeded, e));
          }
        });
  }

  private static Reach failed(Way way, String where, boolean isNeeded, CloudException e) {
    var reached =
        switch (e.kind()) {
          case UNREACHABLE -> Reached.UNREACHABLE;
          case NOT_TRUSTED -> Reached.NOT_TRUSTED;
          case PROXY_REFUSED -> Reached.PROXY_REFUSED;
          case REFUSED -> Reached.REFUSED;
        };
    return new Reach(way, where, isNeeded, reached, String.valueOf(e.getMessage()));
  }
}
