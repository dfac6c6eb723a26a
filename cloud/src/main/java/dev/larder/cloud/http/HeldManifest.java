package dev.larder.cloud.http;

import dev.larder.cloud.authority.NodeCertificate;
import dev.larder.cloud.fleet.NodeLink;
import dev.larder.cloud.fleet.NodeLink.SignedManifest;
import dev.larder.common.trust.ManifestSignature;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Optional;

/** A request for the manifest that the node has already is held until the manifest changes. */
record HeldManifest(NodeLink link) implements HeldRequests.Kind<SignedManifest> {
  static final String PATH = "/node/v1/manifest";

  private static final String KNOWN = "If-None-Match";
  private static final int NOT_MODIFIED = 304;

  @Override
  public SignedManifest look(NodeCertificate certificate) {
    return link.manifest(certificate);
  }

  @Override
  public Optional<Answer> answer(
      NodeCertificate certificate, HttpServerRequest request, SignedManifest manifest) {
    if (manifest.etag().equals(request.getHeader(KNOWN))) {
      return Optional.empty();
    }
    return Optional.of(
        Answer.bytes(Answer.JSON, manifest.bytes())
            .with("ETag", manifest.etag())
            .with(ManifestSignature.HEADER, manifest.signature()));
  }

  @Override
  public Answer nothing(HttpServerRequest request) {
    var known = Optional.ofNullable(request.getHeader(KNOWN)).orElse("");
    return new Answer(NOT_MODIFIED, "", Map.of("ETag", known), new byte[0]);
  }
}
