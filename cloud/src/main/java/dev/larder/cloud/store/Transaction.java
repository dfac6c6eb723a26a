package dev.larder.cloud.store;

import org.jdbi.v3.core.Handle;

/** The tables, as one piece of work sees them. */
public final class Transaction {
  private final Handle handle;

  Transaction(Handle handle) {
    this.handle = handle;
  }

  public ResourceTable resources() {
    return new ResourceTable(handle);
  }

  public NodeTable nodes() {
    return new NodeTable(handle);
  }

  public ManifestTable manifests() {
    return new ManifestTable(handle);
  }

  public ReportTable reports() {
    return new ReportTable(handle);
  }

  public TwinTable twins() {
    return new TwinTable(handle);
  }

  public LayerTable layers() {
    return new LayerTable(handle);
  }

  public ReleaseTable releases() {
    return new ReleaseTable(handle);
  }

  public TelemetryTable telemetry() {
    return new TelemetryTable(handle);
  }

  public TrafficTable traffic() {
    return new TrafficTable(handle);
  }

  public AccessTable access() {
    return new AccessTable(handle);
  }
}
