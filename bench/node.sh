#!/usr/bin/env bash
# What a node costs and how quickly it follows the cloud, beside the bare engine in the same run, and one table: deploying,
# memory and processor while idle, the agent's start, a module added, changed, and 49 added. Builds the images first, and
# uses the system tests' cloud and node, which it removes again.
#
#   bench/node.sh [ROUNDS] [IDLE_MINUTES]     default 10 rounds, idle for 5 minutes
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib/common.sh
source "$here/../scripts/lib/common.sh"

main() {
  case "${1:-}" in
    -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" && return ;;
  esac
  as_root "$@"
  ensure_jdk
  ensure_maven
  ensure_engine
  ensure_packages unzip postgresql
  cd "$here/.."
  # The summary of tests that failed before would fail this run, which has none of theirs.
  find . -path '*/target/failsafe-reports/failsafe-summary.xml' -delete
  mvn --batch-mode verify -pl system-tests -am -Dtest=None -Dit.test=NodeBench -Dsurefire.failIfNoSpecifiedTests=false \
    -Dfailsafe.failIfNoSpecifiedTests=false -Dlarder.bench.rounds="${1:-10}" -Dlarder.bench.idle="${2:-5}" |
    grep --line-buffered -E '^\||BUILD|ERROR'
}

main "$@"
