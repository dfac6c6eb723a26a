#!/usr/bin/env bash
# Makes sure that a Docker engine is installed and running. Changes nothing when one answers already.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/node/utilities.sh
source "$here/utilities.sh"

ENGINE_LIMIT_SECONDS=60
ENGINE_LOG=/var/log/dockerd.log

usage() {
  cat <<'EOF'
Usage: sudo ./install-runtime.sh

Installs the Docker engine from the distribution's own packages (Debian, Ubuntu) when there is none, and starts it.
On other systems, install Docker Engine 20.10 or newer yourself first.
EOF
}

install_engine() {
  [[ -z ${DOCKER_HOST:-} ]] || die "DOCKER_HOST is set to '$DOCKER_HOST', where no engine answers." \
    "Start that engine, or unset DOCKER_HOST to have one installed on this machine; then run this script again."
  step "installing the Docker engine"
  has_apt || die "Docker is not installed, and this system has no apt-get to install it with." \
    "Install Docker Engine 20.10 or newer (docs.docker.com/engine/install), start it, and run this script again."
  install_packages docker.io iptables ||
    die "The packages docker.io and iptables could not be installed." \
      "Look at the messages above; 'apt-get update' must work on this machine. Then run this script again."
  # From Debian 13 on the client is a package of its own.
  command -v docker >/dev/null || install_packages docker-cli ||
    die "The Docker client could not be installed." "Run 'apt-get install docker-cli' and then this script again."
}

# forget_ended NAME PIDFILE: an engine that was killed leaves its pid behind, which is another process's by and by; the
# next engine would take that one for itself.
forget_ended() {
  local pid
  pid=$(cat "$2" 2>/dev/null) || return 0
  [[ $(cat "/proc/$pid/comm" 2>/dev/null) == "$1" ]] || rm -f "$2"
}

start_engine() {
  step "starting the Docker engine"
  if [[ -d /run/systemd/system ]]; then
    systemctl enable --now docker >/dev/null 2>&1 ||
      die "systemd could not start Docker." "Run 'journalctl -u docker -n 50' to see why, then run this script again."
  else
    forget_ended dockerd /var/run/docker.pid
    forget_ended containerd /var/run/docker/containerd/containerd.pid
    setsid nohup dockerd >>"$ENGINE_LOG" 2>&1 </dev/null &
  fi
}

main() {
  if [[ ${1:-} == --help || ${1:-} == -h ]]; then
    usage
    return 0
  fi
  if engine_answers; then
    return 0
  fi
  is_root || die "Installing or starting the Docker engine needs root." "Run: sudo $0"
  # A client alone, without the engine, is no sign of an engine: build machines often have one.
  command -v dockerd >/dev/null || install_engine
  engine_answers || start_engine
  wait_until "$ENGINE_LIMIT_SECONDS" "the Docker engine" engine_answers ||
    die "The Docker engine did not answer within $ENGINE_LIMIT_SECONDS s." \
      "Look at $ENGINE_LOG, or at 'journalctl -u docker' where there is systemd."
  step "the Docker engine $(docker version --format '{{.Server.Version}}') runs"
}

main "$@"
