#!/usr/bin/env bash
# Measures Larder and prints tables: image sizes; a whole node beside the bare engine; the cache beside
# nginx, Varnish, Squid and Traffic Server, TLS among it; its index; the hub beside Mosquitto, Moquette and HiveMQ CE.
# Nothing is judged. The figures of a run are in docs/performance.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib/common.sh
source "$here/lib/common.sh"

usage() {
  cat <<'TEXT'
Usage: ./scripts/bench.sh [sizes] [node] [cache] [index] [hub]      (all five without a name)

  sizes   the three images, and the bytes that a node stores for them
  node    deploying, following the cloud, memory and processor while idle, beside the bare engine (bench/node.sh has options)
  cache   hits, misses and crowds beside the peers, one core each (bench/cache.sh has options)
  index   1,000,000 objects opened, and the hit ratio of the order of eviction beside LRU
  hub     throughput, latency, loss and memory beside the peers, one core each (bench/hub.sh has options, a crash loop, a soak)
TEXT
}

sizes() {
  "$here/images.sh"
}

node() {
  "$here/../bench/node.sh"
}

cache() {
  "$here/../bench/cache.sh"
}

index() {
  "$here/../bench/index.sh"
}

hub() {
  "$here/../bench/hub.sh"
}

main() {
  local part
  for part in "$@"; do
    case $part in
      sizes | node | cache | index | hub) ;;
      -h | --help) usage && return ;;
      *) die "Unknown part: $part" "See: ./scripts/bench.sh --help" ;;
    esac
  done
  as_root "$@"
  ensure_jdk
  ensure_maven
  ensure_engine
  (($#)) || set -- sizes node cache index hub
  for part in "$@"; do
    "$part"
  done
}

main "$@"
