#!/usr/bin/env bash
# What the scripts of this folder share: messages with the time passed, bounded waiting, root, packages. Sourced, never
# run. It needs bash and coreutils only.

# Exported, so that a script which another one calls goes on counting from the same start.
export LARDER_STARTED_AT=${LARDER_STARTED_AT:-$EPOCHSECONDS}
# When set, every message is also kept in this file. Messages never hold secrets.
LARDER_LOG_FILE=${LARDER_LOG_FILE:-}

# info MESSAGE: one line for the person at the terminal.
info() {
  printf '%s\n' "$*"
  keep_message "$*"
}

# step MESSAGE: what begins now, with the seconds passed since the start.
step() {
  info "$(printf '[%3d s] %s' "$((EPOCHSECONDS - LARDER_STARTED_AT))" "$*")"
}

warn() {
  printf 'WARNING: %s\n' "$*" >&2
  keep_message "WARNING: $*"
}

# die MESSAGE [NEXT…]: what went wrong, and one line for each thing to do about it. Ends the script.
die() {
  printf 'ERROR: %s\n' "$1" >&2
  keep_message "ERROR: $1"
  shift
  local next
  for next in "$@"; do
    printf '       %s\n' "$next" >&2
    keep_message "       $next"
  done
  exit 1
}

keep_message() {
  [[ -z $LARDER_LOG_FILE ]] || printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" >>"$LARDER_LOG_FILE"
}

# wait_until SECONDS WHAT COMMAND…: tries COMMAND until it succeeds; 1 when SECONDS have passed. Says every 5 s that it
# still waits for WHAT.
wait_until() {
  local limit=$1 what=$2 began=$SECONDS told=$SECONDS
  shift 2
  until "$@"; do
    if ((SECONDS - began >= limit)); then
      return 1
    fi
    if ((SECONDS - told >= 5)); then
      told=$SECONDS
      step "waiting for $what ($((SECONDS - began)) of at most $limit s)"
    fi
    sleep 0.5
  done
}

# quietly LOG COMMAND…: runs COMMAND with its output in LOG; shows the end of LOG when it fails.
quietly() {
  local log=$1
  shift
  if "$@" >"$log" 2>&1; then
    return 0
  fi
  warn "failed: $1; the end of $log:"
  tail -n 20 "$log" >&2
  return 1
}

is_root() {
  [[ $(id -u) -eq 0 ]]
}

# with_root COMMAND…: through sudo unless this is root already.
with_root() {
  if is_root; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "'$1' needs root, and sudo is not installed." "Run this script as root."
  fi
}

has_apt() {
  command -v apt-get >/dev/null
}

# install_packages NAME…: Debian and Ubuntu packages, without questions. 1 when apt cannot.
install_packages() {
  local log
  log=$(mktemp)
  quietly "$log" with_root apt-get update -q || return 1
  quietly "$log" with_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" || return 1
  rm -f "$log"
}

# engine_answers: within 10 s; an engine that hangs does not.
engine_answers() {
  timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1
}

# repository_of: image names on standard input, without tags and digests.
repository_of() {
  sed 's|@.*||; s|:[^:/]*$||'
}

# json_string TEXT: TEXT as a JSON string, quotes included.
json_string() {
  local text=$1 out='' i character
  for ((i = 0; i < ${#text}; i++)); do
    character=${text:i:1}
    case $character in
      '"' | \\) out+="\\$character" ;;
      $'\n') out+='\n' ;;
      $'\r') out+='\r' ;;
      $'\t') out+='\t' ;;
      [[:cntrl:]]) out+=$(printf '\\u%04x' "'$character") ;;
      *) out+=$character ;;
    esac
  done
  printf '"%s"' "$out"
}

# containers_of INSTANCE: 'name module state status' a line, tabs between. The status holds the health in brackets.
containers_of() {
  docker ps --all --no-trunc --filter "label=dev.larder.instance=$1" \
    --format '{{.Names}}\t{{.Label "dev.larder.module"}}\t{{.State}}\t{{.Status}}'
}
