#!/usr/bin/env bash
# What every developer's script needs: messages, waiting, packages, JDK, Maven, Docker engine. Sourced.

common_lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/node/utilities.sh
source "$common_lib/../node/utilities.sh"
# shellcheck source=scripts/lib/toolchain.sh
source "$common_lib/toolchain.sh"
# shellcheck source=scripts/lib/engine.sh
source "$common_lib/engine.sh"

# as_root ARGUMENT…: goes on as root; a script that is not root starts again through sudo with the same arguments.
as_root() {
  is_root && return 0
  command -v sudo >/dev/null || die "This needs root, and sudo is not installed." "Run $0 as root."
  exec sudo --preserve-env=JAVA_HOME,CI "$0" "$@"
}

# ensure_packages NAME…: Debian packages, only those that are missing.
ensure_packages() {
  local package missing=()
  for package in "$@"; do
    [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  step "installing ${missing[*]}"
  install_packages "${missing[@]}" ||
    die "These packages could not be installed: ${missing[*]}" "'apt-get update' must work here; then run this again."
}
