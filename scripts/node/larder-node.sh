#!/usr/bin/env bash
# The node operator's commands: runs them in the agent's image, beside the agent, so that they work while it does not.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/node/utilities.sh
source "$here/utilities.sh"

DOCKER_SOCKET=/var/run/docker.sock
NODE_UID=10000
WARNED=1
FAILED=2
MISUSED=64
# Of docker run, when the engine could not start the container.
NOT_STARTED=125
instance=larder datadir='' output='' words=()

usage() {
  cat <<'EOF'
Usage: sudo ./larder-node.sh [instance="larder"] [datadir="/var/lib/<instance>"] COMMAND

  check [--json] [--strict]              looks at everything a node needs, and says what to do about what is wrong
  list [--json]                          modules: name, state, health, image, since when, restarts
  status [--json]                        the manifest in force, the cloud, the last report, problems
  logs MODULE [--tail N] [--since T]     the end of a module's log; T is 90m, or 2026-11-27T10:00:00Z
  restart MODULE                         stops a module's container and starts it
  support-bundle [--output FILE]         a tar.gz for support, secrets removed; on standard output without a file

Modules are called as list shows them: edgeAgent, edgeHub, cache. check ends with 0 when all is fine, 2 with failures,
and with --strict 1 with warnings; the others with 0, or 2 when they failed. 64: the words are wrong.
EOF
}

misused() {
  printf 'ERROR: %s\nSee: ./larder-node.sh --help\n' "$1" >&2
  exit "$MISUSED"
}

failed() {
  printf 'ERROR: %s\n       %s\n' "$1" "$2" >&2
  exit "$FAILED"
}

parse() {
  while (($# > 0)); do
    case $1 in
      instance=*) instance=${1#*=} ;;
      datadir=*) datadir=${1#*=} ;;
      --help | -h) usage; exit 0 ;;
      --output)
        (($# > 1)) || misused "--output needs a file after it"
        output=$2
        shift
        ;;
      *) words+=("$1") ;;
    esac
    shift
  done
  case ${words[0]:-} in
    check | list | status | logs | restart | support-bundle) ;;
    '') misused "no command" ;;
    *) misused "unknown command: ${words[0]}" ;;
  esac
  [[ -z $output || ${words[0]} == support-bundle ]] || misused "--output goes with support-bundle"
  [[ $instance =~ ^[a-z0-9][a-z0-9-]{0,30}$ ]] || misused "instance is no name of a node: $instance"
  : "${datadir:=/var/lib/$instance}"
  [[ $datadir =~ ^/[^:,]+$ ]] || misused "datadir is not an absolute folder: $datadir"
}

# image: what the agent runs, or what was deployed when it has no container.
image() {
  local running
  running=$(docker inspect --format '{{.Image}}' "$instance-agent" 2>/dev/null) || running=$(cat "$datadir/.larder-node")
  printf '%s' "$running"
}

# host_sockets: what listens on this machine, which a container does not see.
host_sockets() {
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null || true
}

# engine_failure MESSAGE MEND: what check would say of the engine, had it been able to run there.
engine_failure() {
  local message=$1 mend=$2
  if [[ " ${words[*]} " == *' --json '* ]]; then
    printf '{"at":"%s","agentVersion":"","result":"failure","findings":[%s]}\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
      "{\"check\":\"engine\",\"level\":\"failure\",\"message\":$(json_string "$message"),\"mend\":$(json_string "$mend")}"
  else
    printf '%-8s %-18s %s\n%-27s → %s\n' failure engine "$message" '' "$mend"
    printf '0 ok, 0 skipped, 0 warnings, 1 failures\n'
  fi
  exit "$FAILED"
}

check_engine() {
  local mend='Start it: systemctl start docker; then see: journalctl -u docker -n 50'
  engine_answers && return 0
  [[ ${words[0]} != check ]] || engine_failure "it does not answer within 10 s" "$mend"
  failed "The Docker engine does not answer." "$mend"
}

# exit_code CODE: as the help has it. Docker's own codes, and those of a process that was ended, are failures.
exit_code() {
  case $1 in
    0 | "$MISUSED") printf '%s' "$1" ;;
    "$WARNED") [[ " ${words[*]} " == *' --strict '* ]] && printf '%s' "$1" || printf '%s' "$FAILED" ;;
    *) printf '%s' "$FAILED" ;;
  esac
}

# run_command: in the agent's surroundings: its user, its network, its limits. Not labelled as a module.
run_command() {
  local network=(--network "$instance")
  docker network inspect "$instance" >/dev/null 2>&1 || network=()
  docker run --rm --interactive --no-healthcheck --log-driver none --label "dev.larder.instance=$instance" \
    "${network[@]}" --add-host host.docker.internal:host-gateway \
    --user "$NODE_UID:$NODE_UID" --group-add "$(stat -L -c %g "$DOCKER_SOCKET")" \
    --read-only --tmpfs /tmp:rw,noexec,nosuid,size=16m --cap-drop ALL --security-opt no-new-privileges \
    --memory 256m --pids-limit 256 --env "LARDER_DATA_DIR=$datadir" --env LARDER_LOG_LEVEL=ERROR \
    --volume "$DOCKER_SOCKET:/var/run/docker.sock" --volume "$datadir:$datadir" \
    "$(image)" "${words[@]}"
}

main() {
  parse "$@"
  is_root || failed "This script must run as root." "Run it with sudo."
  check_engine
  [[ -f $datadir/.larder-node ]] || failed "$datadir holds no node." \
    "Run the deploy command of the node's Deployment tab, or name the node: instance=\"…\" or datadir=\"…\""
  case ${words[0]} in
    check | support-bundle) words+=(--host-sockets) ;;
  esac
  local code=0 part
  if [[ -n $output ]]; then
    # mktemp's file is this user's alone.
    part=$(mktemp "$output.XXXXXX") || failed "The file $output cannot be written." "Name another one after --output."
    host_sockets | run_command >"$part" || code=$?
    if ((code == 0)); then mv "$part" "$output"; else rm -f "$part"; fi
  else
    host_sockets | run_command || code=$?
  fi
  [[ ${words[0]} != check || $code != "$NOT_STARTED" ]] ||
    engine_failure "it could not start the check's container, see standard error" \
      'Free space if its disk is full (docker system df shows what takes it); then see: journalctl -u docker -n 50'
  exit "$(exit_code "$code")"
}

main "$@"
