#!/usr/bin/env bash
# JDK 25, Maven and Node.js on a developer's machine: found where they are, installed where they are not. Sourced.

toolchain_lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/node/utilities.sh
source "$toolchain_lib/../node/utilities.sh"

JDK_FEATURE=25
MAVEN_AT_LEAST=3.8

# is_jdk HOME: a JDK (not a bare runtime) of the wanted feature release.
is_jdk() {
  [[ -x $1/bin/javac && -x $1/bin/jlink ]] && grep -qs "^JAVA_VERSION=\"${JDK_FEATURE}[.\"]" "$1/release"
}

# find_jdk: prints the home of the first fitting JDK: JAVA_HOME, what 'javac' on the path belongs to, the usual folders.
find_jdk() {
  local candidate
  local candidates=()
  [[ -z ${JAVA_HOME:-} ]] || candidates+=("$JAVA_HOME")
  if command -v javac >/dev/null; then
    candidates+=("$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")")
  fi
  for candidate in "${candidates[@]}" /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/*; do
    if is_jdk "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

# The distribution's own package where it has one, else Adoptium's, whose repository is added for it.
install_jdk() {
  has_apt || die "JDK $JDK_FEATURE is not installed, and this system has no apt-get to install it with." \
    "Install a JDK $JDK_FEATURE (for example Eclipse Temurin) and set JAVA_HOME to its folder."
  if install_packages "openjdk-$JDK_FEATURE-jdk-headless" 2>/dev/null; then
    return 0
  fi
  local codename keyring=/etc/apt/keyrings/adoptium.asc
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-bookworm}")
  { install_packages ca-certificates curl &&
    with_root mkdir -p /etc/apt/keyrings &&
    with_root curl -fsSL --max-time 60 -o "$keyring" https://packages.adoptium.net/artifactory/api/gpg/key/public &&
    printf 'deb [signed-by=%s] https://packages.adoptium.net/artifactory/deb %s main\n' "$keyring" "$codename" |
    with_root tee /etc/apt/sources.list.d/adoptium.list >/dev/null &&
    install_packages "temurin-$JDK_FEATURE-jdk"; } ||
    die "JDK $JDK_FEATURE could not be installed: this system's packages have none, and Adoptium's were not reached." \
      "Install a JDK $JDK_FEATURE yourself and set JAVA_HOME to its folder, then run this script again."
}

# ensure_jdk: exports JAVA_HOME.
ensure_jdk() {
  if ! JAVA_HOME=$(find_jdk); then
    step "installing JDK $JDK_FEATURE"
    install_jdk
    JAVA_HOME=$(find_jdk) || die "JDK $JDK_FEATURE was installed but is not found." "Set JAVA_HOME to its folder."
  fi
  export JAVA_HOME
}

has_maven() {
  local version
  version=$(mvn -v 2>/dev/null | sed -n 's/.*Apache Maven \([0-9.]*\).*/\1/p') || return 1
  [[ -n $version && $(printf '%s\n' "$MAVEN_AT_LEAST" "$version" | sort -V | head -n 1) == "$MAVEN_AT_LEAST" ]]
}

ensure_maven() {
  has_maven && return 0
  step "installing Maven"
  install_packages maven || true
  has_maven || die "Maven $MAVEN_AT_LEAST or newer is needed and could not be installed." \
    "Install it ('apt-get install maven') and run this script again."
}

has_node() {
  command -v node >/dev/null && command -v npm >/dev/null
}

# ensure_node: Node.js and npm, wherever they are from. Some builds of Node.js bring npm, and their package cannot be
# beside the distribution's.
ensure_node() {
  has_node && return 0
  step "installing Node.js and npm"
  install_packages nodejs npm || true
  has_node || die "Node.js and npm are needed and could not be installed." \
    "Install them ('apt-get install nodejs npm') and run this script again."
}
