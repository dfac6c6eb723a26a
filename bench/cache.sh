#!/usr/bin/env bash
# The cache module's image beside nginx (whole and in slices), Varnish, Squid and Traffic Server, one core each, and one
# table. Installs the peers from Debian; they run only while this does.
#
#   bench/cache.sh [ROUNDS] [SECONDS] [ROWS] [PEERS]     default 3 rounds, 4 s a hot measurement, all rows, all peers
#
# Rows: hot-4k hot-1m hot-ranges hot-unaligned tls-4k tls-1m tls-ranges cold cold-range crowd crowd-ranges restart slow
# (comma-separated, or all). Only nginx and the cache module speak TLS here.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib/common.sh
source "$here/../scripts/lib/common.sh"

IMAGE=larder-cache:1.0.0
work=

clean_up() {
  docker rm --force larder-bench-cache >/dev/null 2>&1 || true
  rm -rf "$work"
}

main() {
  as_root "$@"
  ensure_packages nginx-light varnish squid trafficserver gcc libc6-dev libssl-dev openssl
  ensure_jdk
  ensure_engine
  docker image inspect "$IMAGE" >/dev/null 2>&1 || die "There is no image $IMAGE." "Run: ./scripts/images.sh"
  work=$(mktemp -d)
  trap clean_up EXIT
  chmod a+rx "$work"
  gcc -O2 -Wall -Wextra -Werror -o "$work/load" "$here/cache/load.c" -lssl
  "$JAVA_HOME/bin/javac" -d "$work/classes" "$here"/cache/*.java
  mkdir "$work/run"
  chmod a+rx "$work/run"
  "$JAVA_HOME/bin/java" -cp "$work/classes" Bench "$work/run" "$work/load" "$IMAGE" "${1:-3}" "${2:-4}" "${3:-all}" "${4:-all}"
}

main "$@"
