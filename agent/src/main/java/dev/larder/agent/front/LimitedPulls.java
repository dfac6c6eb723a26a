package dev.larder.agent.front;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.larder.agent.create.ImageReference;
import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.handover.OwnContainer;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.proxy.HttpProxy;
import dev.larder.agent.pull.Fetch;
import dev.larder.agent.registry.RegistryName;
import dev.larder.common.manifest.RegistryCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pulls, within the limit if there is one. The engine then pulls twice: from the agent's front,
 * which brings the layers, and by the image's own name, for which it needs nothing more than the
 * manifest. The front's name goes again, but not before that has been done: with it the layers
 * would go.
 */
public final class LimitedPulls implements Fetch {
  private static final Logger log = LoggerFactory.getLogger(LimitedPulls.class);

  /** Of the agent's container; deploy.sh publishes it on the loopback of the engine's machine. */
  static final int PORT = 9601;

  private static final String LOOPBACK = "127.0.0.1";
  private static final int ALL_BUT_DONE = 99;
  private static final int DONE = 100;
  private static final String MEND =
      ": run the deploy command again, or take maxPullBytesPerSecond out of the manifest";

  private final Engine engine;
  private final Optional<HttpProxy> proxy;
  private final ByteLimit limit;
  private final FrontNames names;
  private final SecureRandom random = new SecureRandom();
  private Optional<PullFront> front = Optional.empty();
  private int users;

  /**
   * Nothing listens but while pulls with a limit are under way.
   *
   * @param proxy the node's
   */
  public LimitedPulls(Engine engine, NodeFiles files, Optional<HttpProxy> proxy, ByteLimit limit) {
    this.engine = engine;
    this.proxy = proxy;
    this.limit = limit;
    this.names = new FrontNames(engine, files);
  }

  /**
   * Takes from the engine what pulls have left there.
   *
   * @param needed images that are yet to be pulled, whose layers stay
   */
  public void clear(Collection<String> needed) {
    names.clear(needed);
  }

  /** The ids of images that the engine has from unfinished pulls, and from nothing else. */
  public Set<String> unfinished() throws EngineException {
    return names.ids();
  }

  @Override
  public void fetch(String image, Optional<RegistryCredentials> credentials, IntConsumer progress)
      throws EngineException {
    var reference = ImageReference.parse(image);
    var name = RegistryName.of(reference);
    if (limit.isOff() || name.isOnThisMachine()) {
      engine.pull(image, credentials, progress);
      return;
    }
    var container = ownContainer();
    var published = published(container);
    var opened = enter(container);
    try {
      var address = LOOPBACK + ":" + published.orElse(opened.port());
      var pass = new Pass(name, upstream(name), random);
      opened.begin(pass);
      try {
        fetch(new Way(reference, address, pass), credentials, progress);
      } finally {
        opened.end(pass);
      }
    } finally {
      leave();
    }
    progress.accept(DONE);
  }

  /**
   * How a pull goes through the front.
   *
   * @param front where the engine finds it, {@code host:port}
   */
  private record Way(ImageReference image, String front, Pass pass) {
    /** What the engine calls the image meanwhile; the repository is as at its registry. */
    ImageReference byFront() {
      return new ImageReference(front + "/" + pass.name().repository(), image.tag());
    }

    /** The engine's reasons name the registry that is meant. */
    String toldOf(String reason) {
      return reason.replace(front + "/", pass.name().registry() + "/");
    }
  }

  private void fetch(Way way, Optional<RegistryCredentials> credentials, IntConsumer progress)
      throws EngineException {
    var name = way.byFront().text();
    IntConsumer unlessDone = percent -> progress.accept(Math.min(percent, ALL_BUT_DONE));
    var isDone = false;
    names.begin(name);
    try {
      layers(way, credentials, unlessDone);
      var fetched = id(name);
      engine.pull(way.image().text(), credentials, unlessDone);
      compare(way, fetched);
      isDone = true;
    } finally {
      end(name, isDone);
    }
  }

  private String id(String name) throws EngineException {
    // An engine that was stopped may end its answer as if all were well.
    return engine
        .imageId(name)
        .orElseThrow(() ->
            new EngineException(
                EngineException.NOT_FOUND,
                "the pull within the limit ended, and the engine does not have the image"));
  }

  /** Between the two pulls a tag may have moved, and what differed came without a limit. */
  private void compare(Way way, String fetched) throws EngineException {
    var id = engine.imageId(way.image().text());
    if (!id.equals(Optional.of(fetched))) {
      log.atWarn()
          .addKeyValue("image", way.image().text())
          .addKeyValue("id", id.orElse("none"))
          .addKeyValue("fetched", fetched)
          .log("image is another than the one that came within the limit");
    }
  }

  /** Also after an interrupt, which would keep the engine from being asked. */
  private void end(String name, boolean isDone) {
    var isInterrupted = Thread.interrupted();
    try {
      names.end(name, isDone);
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void layers(Way way, Optional<RegistryCredentials> credentials, IntConsumer progress)
      throws EngineException {
    // Engines with containerd's image store send a password to the address that it is for alone.
    var atFront =
        credentials.map(
            known -> new RegistryCredentials(way.front(), known.username(), known.password()));
    try {
      engine.pull(
          way.byFront().text(),
          atFront,
          Map.of(FrontRequest.PULL_FIELD, way.pass().token()),
          progress);
    } catch (EngineException e) {
      if (e.reason().contains("dial tcp " + way.front())) {
        throw refused("the engine does not reach the agent at " + way.front());
      }
      var reason = way.toldOf(e.reason());
      throw new EngineException(
          e.status(),
          way.pass().failure().map(why -> why + ". The engine says: " + reason).orElse(reason));
    }
  }

  private Upstream upstream(RegistryName name) throws EngineException {
    try {
      return new Upstream(
          name, new EngineRegistries(engine.info()), proxy, RegistryTrust.ENGINE_FOLDER);
    } catch (RegistryException e) {
      throw new EngineException(EngineException.CONFLICT, e.reason());
    }
  }

  private Optional<OwnContainer> ownContainer() throws EngineException {
    try {
      return OwnContainer.find(engine);
    } catch (EngineException e) {
      throw e;
    } catch (IOException e) {
      throw new EngineException("the agent cannot tell which container it is in", e);
    }
  }

  /** The port on the engine's machine, another after each of its starts; empty in no container. */
  private static Optional<Integer> published(Optional<OwnContainer> container)
      throws EngineException {
    if (container.isEmpty()) {
      return Optional.empty();
    }
    var port = container.get().published(PORT);
    if (port.isEmpty()) {
      throw refused(
          "maxPullBytesPerSecond needs port "
              + PORT
              + " of the agent's container on 127.0.0.1, and this node was deployed without it");
    }
    return port;
  }

  private static EngineException refused(String what) {
    return new EngineException(EngineException.CONFLICT, what + MEND);
  }

  /** By which the engine's machine reaches the container: what it publishes comes from there. */
  private static Set<InetAddress> gateways(Optional<OwnContainer> container) {
    var found = new HashSet<InetAddress>();
    for (var network :
        container
            .<JsonNode>map(own -> own.inspect().at("/NetworkSettings/Networks"))
            .orElse(MissingNode.getInstance())) {
      for (var field : List.of("Gateway", "IPv6Gateway")) {
        var address = network.path(field).asText();
        if (!address.isEmpty()) {
          found.add(InetAddress.ofLiteral(address));
        }
      }
    }
    return found;
  }

  private synchronized PullFront enter(Optional<OwnContainer> container) throws EngineException {
    if (front.isEmpty()) {
      var own =
          container.isPresent()
              ? new InetSocketAddress(PORT)
              : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      try {
        front = Optional.of(new PullFront(own, gateways(container), limit));
      } catch (IOException e) {
        throw refused("the agent cannot listen at " + own + " (" + e.getMessage() + ")");
      }
    }
    users++;
    return front.get();
  }

  private synchronized void leave() {
    users--;
    if (users == 0) {
      front.ifPresent(PullFront::close);
      front = Optional.empty();
    }
  }
}
