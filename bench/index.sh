#!/usr/bin/env bash
# Makes a cache drive's index of 1,000,000 objects, opens it as the cache module does at its start, and prints how long
# that took and what memory it holds; then plays update scans to the order of eviction and to LRU and prints hit ratios.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: ./bench/index.sh

Needs JDK 25 and Maven. Writes some 100 MB to a temporary folder and removes it.
TEXT
}

main() {
  if [[ "${1:-}" == "-h" || "${1:-}" == "--help" ]]; then
    usage
    return
  fi
  local root folder
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
  folder=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder is known now
  trap "rm -rf '$folder'" EXIT
  cd "$root"
  mvn --batch-mode --quiet package -pl common,service-parent,cache-module -Dmaven.test.skip.exec -DskipITs >"$folder/build.txt"
  local classes="cache-module/target/test-classes:cache-module/target/classes:cache-module/target/app/lib/*"
  local java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
  # The first run makes the journal and opens it; the second is a start as a node has it.
  "$java" -Xmx512m -cp "$classes" dev.larder.cache.store.IndexMeasure "$folder" >"$folder/first.txt"
  "$java" -Xmx200m -XX:+UseSerialGC -cp "$classes" dev.larder.cache.store.IndexMeasure "$folder"
  "$java" -cp "$classes" dev.larder.cache.slice.EvictionTrace
}

main "$@"
