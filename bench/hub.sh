#!/usr/bin/env bash
# The hub beside Mosquitto, Moquette and HiveMQ CE, one core each, and one table. Installs Mosquitto from Debian and fetches
# the other two from Maven Central; they run only while this does, on loopback. The hub is its image if that is built, else
# its jar, which is built if it is not (HUB=jar for the jar anyhow).
#
#   bench/hub.sh [ROUNDS] [SECONDS] [ROWS] [BROKERS]     default 3 rounds, 4 s a measurement, all rows, all brokers
#   bench/hub.sh crash KILLS      kills the hub's process so many times under QoS 1 load; nothing acknowledged may be lost
#   bench/hub.sh soak MINUTES     mixed load; memory, open files and disk level every 10 s
#
# Rows: fan-in-0 fan-out-0 fan-in-1 fan-out-1 latency-2k-0 latency-2k-1 latency-10k-0 latency-10k-1 trip trip-modules
# connects fresh kept. Brokers: mosquitto moquette hivemq mosquitto-file moquette-file hivemq-file larder. (Comma-separated.)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib/common.sh
source "$here/../scripts/lib/common.sh"

IMAGE=larder-hub:1.0.0
APP=$(dirname "$here")/hub/target/app
# For 10,000 clients at both ends.
FILES=16384
work=

clean_up() {
  [[ $hub != "$IMAGE" ]] || docker rm --force larder-bench-hub >/dev/null 2>&1 || true
  rm -rf "$work"
}

# find_hub: sets hub to the image or to the folder of the jar.
find_hub() {
  hub=$IMAGE
  [[ ${HUB:-} != jar ]] && docker image inspect "$IMAGE" >/dev/null 2>&1 && return 0
  hub=$APP
  [[ -f $APP/larder-hub.jar ]] && return 0
  ensure_maven
  step "building the hub"
  (cd "$here/.." && quietly "$work/hub.log" mvn --batch-mode --quiet package -pl common,service-parent,hub \
    -Dmaven.test.skip.exec -DskipITs) || die "The hub could not be built."
}

# fetch_peers: Moquette's and HiveMQ's libraries, and the program that runs the second.
fetch_peers() {
  local peer
  ensure_packages mosquitto
  ensure_maven
  for peer in moquette hivemq; do
    step "fetching $peer"
    quietly "$work/$peer.log" mvn --batch-mode --file "$here/hub/$peer.xml" \
      org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory="$work/peers/$peer" ||
      die "$peer could not be fetched from Maven Central."
  done
  "$JAVA_HOME/bin/javac" -d "$work/peers/host" -cp "$work/peers/hivemq/*" "$here/hub/host/HiveHost.java"
}

main() {
  local mode=bench
  case "${1:-}" in
    crash | soak) mode=$1 ;;
    *) set -- "${1:-3}" "${2:-4}" "${3:-all}" "${4:-all}" ;;
  esac
  as_root "$@"
  ensure_packages gcc libc6-dev libssl-dev openssl util-linux
  ensure_jdk
  ulimit -n "$FILES" 2>/dev/null || die "$FILES open files are needed, and this allows $(ulimit -Hn)."
  work=$(mktemp -d)
  trap clean_up EXIT
  # Without a container around the process a kill takes two seconds.
  [[ $mode != crash ]] || HUB=jar
  find_hub
  gcc -O2 -Wall -Wextra -Werror -o "$work/load" "$here"/hub/*.c -lssl -lcrypto
  "$JAVA_HOME/bin/javac" -Xlint:all -Werror -d "$work/classes" "$here"/hub/*.java
  mkdir "$work/run"
  chmod a+rx "$work" "$work/run"
  local java=("$JAVA_HOME/bin/java" -cp "$work/classes" Bench "$mode" "$work/run" "$work/load" "$work/peers")
  if [[ $mode == bench ]]; then
    fetch_peers
    "${java[@]}" "$hub" "$here/../images/hub.options" "$@"
  else
    "${java[@]}" "$hub" "$here/../images/hub.options" "${2:?$mode needs a number}"
  fi
}

hub=
main "$@"
