package dev.larder.agent.converge;

import dev.larder.agent.engine.Engine;
import dev.larder.agent.node.NodeNames;
import dev.larder.common.id.CacheNodeId;
import java.net.URI;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An engine that is not there, and an agent with a fault. */
class EngineEventsTest {
  @Test
  @Timeout(60)
  void aFaultDoesNotEndThem() throws Exception {
    var calls = new CountDownLatch(3);
    try (var engine =
        new Engine(
            URI.create("unix:///no/such/docker.sock"),
            new NodeNames("larder"),
            new CacheNodeId(UUID.randomUUID()))) {
      var events =
          new EngineEvents(
              engine,
              InstantSource.system(),
              () -> {
                calls.countDown();
                throw new IllegalStateException("a fault");
              });
      var thread = Thread.ofVirtual().start(events::run);
      calls.await();
      thread.interrupt();
      thread.join();
    }
  }
}
