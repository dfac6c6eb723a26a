#!/usr/bin/env bash
# Builds Larder and passes every test: unit, simulation, integration, and whole nodes on a real Docker engine.
# Installs what is missing and says so. Any arguments go to Maven: ./scripts/test.sh -pl hub -am
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib/common.sh
source "$here/lib/common.sh"

usage() {
  cat <<'TEXT'
Usage: ./scripts/test.sh [MAVEN ARGUMENTS]

Installs what the tests need (JDK 25, Maven, Node.js, the Docker engine and small tools of Debian), builds, and runs all
tests. Reports are in */target/surefire-reports and */target/failsafe-reports, pictures of the portal in
cloud/target/screenshots. Needs root or sudo.
TEXT
}

main() {
  if [[ "${1:-}" == "-h" || "${1:-}" == "--help" ]]; then
    usage
    return
  fi
  as_root "$@"
  step "Installing what the tests need"
  ensure_packages aria2 busybox-static chromium curl docker-registry iproute2 mosquitto-clients openssl postgresql \
    shellcheck squid unzip wget
  ensure_jdk
  ensure_maven
  ensure_node
  ensure_engine

  step "Checking the scripts"
  git -C "$here/.." ls-files -z '*.sh' .ci/run scripts/larder | (cd "$here/.." && xargs -0 shellcheck --external-sources)

  step "Building and testing (half an hour to forty minutes on two cores)"
  cd "$here/.."
  mvn --batch-mode verify "$@"
  step "Every test has passed"
}

main "$@"
