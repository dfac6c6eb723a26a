-- Portable between SQLite and PostgreSQL. Times are milliseconds since 1970 in UTC unless named otherwise, documents
-- JSON text, ids UUID text.

CREATE TABLE resource (
  id           TEXT PRIMARY KEY,
  name         TEXT NOT NULL UNIQUE,
  customer_key TEXT NOT NULL,
  created_at   BIGINT NOT NULL
);

CREATE TABLE release (
  version    TEXT PRIMARY KEY,
  edge_agent TEXT NOT NULL,
  edge_hub   TEXT NOT NULL,
  cache      TEXT NOT NULL,
  fast_from  BIGINT NOT NULL,
  slow_from  BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE node (
  id               TEXT PRIMARY KEY,
  resource_id      TEXT NOT NULL REFERENCES resource (id),
  name             TEXT NOT NULL,
  tags             TEXT NOT NULL,
  configuration    TEXT NOT NULL,
  release          TEXT NOT NULL REFERENCES release (version),
  release_since    BIGINT NOT NULL,
  registration_key TEXT NOT NULL,
  spent_key_hash   TEXT,
  certificate_hash TEXT,
  enrolled_at      BIGINT,
  created_at       BIGINT NOT NULL,
  UNIQUE (resource_id, name)
);

-- The exact bytes that the node's agent is sent.
CREATE TABLE manifest (
  node_id  TEXT PRIMARY KEY REFERENCES node (id) ON DELETE CASCADE,
  version  BIGINT NOT NULL,
  document TEXT NOT NULL
);

CREATE TABLE report (
  node_id     TEXT PRIMARY KEY REFERENCES node (id) ON DELETE CASCADE,
  received_at BIGINT NOT NULL,
  document    TEXT NOT NULL
);

-- A twin that the node no longer has keeps its row, desired being NULL, so that its version never goes back.
CREATE TABLE twin (
  node_id          TEXT NOT NULL REFERENCES node (id) ON DELETE CASCADE,
  name             TEXT NOT NULL,
  desired_version  BIGINT NOT NULL,
  desired          TEXT,
  reported_version BIGINT NOT NULL,
  reported         TEXT,
  PRIMARY KEY (node_id, name)
);

CREATE TABLE layer (
  resource_id      TEXT NOT NULL REFERENCES resource (id),
  name             TEXT NOT NULL,
  target_condition TEXT NOT NULL,
  priority         BIGINT NOT NULL,
  content          TEXT NOT NULL,
  updated_at       BIGINT NOT NULL,
  PRIMARY KEY (resource_id, name)
);

-- The last message stored of each store that a node's hub ever had, by which one that comes again is known.
CREATE TABLE telemetry_mark (
  node_id       TEXT NOT NULL REFERENCES node (id) ON DELETE CASCADE,
  epoch         TEXT NOT NULL,
  last_sequence BIGINT NOT NULL,
  updated_at    BIGINT NOT NULL,
  PRIMARY KEY (node_id, epoch)
);

-- One row a node, minute (since 1970) and content type.
CREATE TABLE traffic (
  node_id      TEXT NOT NULL REFERENCES node (id) ON DELETE CASCADE,
  minute       BIGINT NOT NULL,
  content_type TEXT NOT NULL,
  requests     BIGINT NOT NULL,
  hits         BIGINT NOT NULL,
  hit_bytes    BIGINT NOT NULL,
  miss_bytes   BIGINT NOT NULL,
  origin_bytes BIGINT NOT NULL,
  PRIMARY KEY (node_id, minute, content_type)
);

-- Messages of modules that are not the cache's traffic: counted, not kept.
CREATE TABLE message_count (
  node_id  TEXT NOT NULL REFERENCES node (id) ON DELETE CASCADE,
  module   TEXT NOT NULL,
  output   TEXT NOT NULL,
  messages BIGINT NOT NULL,
  last_at  BIGINT NOT NULL,
  PRIMARY KEY (node_id, module, output)
);

CREATE TABLE account (
  name          TEXT PRIMARY KEY,
  password_hash TEXT NOT NULL,
  generated     BIGINT NOT NULL
);

CREATE TABLE session (
  hash       TEXT PRIMARY KEY,
  expires_at BIGINT NOT NULL
);

CREATE TABLE token (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  hash       TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);
