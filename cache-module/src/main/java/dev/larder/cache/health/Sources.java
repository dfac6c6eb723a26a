package dev.larder.cache.health;

import dev.larder.cache.origin.OriginStates;
import dev.larder.cache.serve.ContentServer;
import dev.larder.cache.store.ContentStore;
import dev.larder.cache.tls.TlsStatus;
import dev.larder.cache.traffic.Traffic;
import dev.larder.common.settings.CacheReported.UpdateReport;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Where summary and metrics get what they show.
 *
 * @param updates empty before there is a configuration
 * @param hub whether the hub is connected
 */
public record Sources(
    String cacheNodeId,
    String version,
    Supplier<Health> health,
    Traffic traffic,
    ContentStore store,
    ContentServer server,
    OriginStates origins,
    Supplier<Optional<UpdateReport>> updates,
    BooleanSupplier hub,
    Supplier<TlsStatus> tls) {}
