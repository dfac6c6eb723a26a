#!/usr/bin/env bash
# Makes a cache drive's index of 1,000,000 objects, opens it as the cache module does at its start, and prints how long
# that took and what memory it holds; then plays update scans to the order of eviction and to LRU and prints hit ratios.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib/common.sh
source "$here/../scripts/lib/common.sh"

usage() {
  cat <<'TEXT'
Usage: ./bench/index.sh

Installs JDK 25 and Maven if they are missing. Writes some 100 MB to a temporary folder and removes it.
TEXT
}

main() {
  if [[ "${1:-}" == "-h" || "${1:-}" == "--help" ]]; then
    usage
    return
  fi
  as_root "$@"
  ensure_jdk
  ensure_maven
  local folder
  folder=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder is known now
  trap "rm -rf '$folder'" EXIT
  cd "$here/.."
  mvn --batch-mode --quiet package -pl common,service-parent,cache-module -Dmaven.test.skip.exec -DskipITs >"$folder/build.txt"
  local classes="cache-module/target/test-classes:cache-module/target/classes:cache-module/target/app/lib/*"
  # The first run makes the journal; the second opens it with the memory that a node's start has.
  "$JAVA_HOME/bin/java" -Xmx512m -cp "$classes" dev.larder.cache.store.IndexMeasure "$folder"
  "$JAVA_HOME/bin/java" -Xmx200m -XX:+UseSerialGC -cp "$classes" dev.larder.cache.store.IndexMeasure "$folder"
  "$JAVA_HOME/bin/java" -cp "$classes" dev.larder.cache.slice.EvictionTrace
}

main "$@"
