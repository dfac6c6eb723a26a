#!/usr/bin/env bash
# The Docker engine on a developer's machine. Sourced after utilities.sh.

engine_lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/node/utilities.sh
source "$engine_lib/../node/utilities.sh"

# ensure_engine: a Docker engine is installed and answers, as it would be on a node.
ensure_engine() {
  engine_answers || with_root "$engine_lib/../node/install-runtime.sh"
}
