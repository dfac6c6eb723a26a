#!/usr/bin/env bash
# Registers this machine as a cache node. The request, which holds keys and passwords, comes as JSON on standard input
# and goes on to the agent's 'enrol' command the same way, so that none is ever an argument or in an environment.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/node/utilities.sh
source "$here/utilities.sh"

usage() {
  cat <<'EOF'
Usage: … | ./register.sh AGENT_IMAGE INSTANCE DATADIR [check-enrolment]

Called by deploy.sh. With check-enrolment it only asks whether the machine is registered well: the exit code is the
agent's, 8 when it is not. Standard input is one JSON object: cloudUrl, customerId, cacheNodeId, customerKey,
registrationKey, instance, dataDir, cloudCa, proxyUrl, proxyPassword.
EOF
}

LIMIT_SECONDS=120

# advice EXIT_CODE: what to do about each way in which 'enrol' can end.
advice() {
  case $1 in
    124) printf '%s' "The cloud did not answer within $LIMIT_SECONDS s. Check cloudurl, the firewall and the proxy." ;;
    2) printf '%s' "Check cloudurl, the firewall and the proxy: this machine must reach the cloud's HTTPS port." ;;
    3) printf '%s' "cloud-ca.pem is not this cloud's: download the bundle again from the node's Deployment tab." ;;
    4) printf '%s' "Copy the command again from the node's Deployment tab: every registration key works once." ;;
    7) printf '%s' "Check the user in proxyurl and the password in the file of proxypasswordfile." ;;
    *) printf '%s' "Mend what is said above and run the deploy command again." ;;
  esac
}

main() {
  if (($# != 3)) && [[ $# -ne 4 || $4 != check-enrolment ]]; then
    usage >&2
    return 2
  fi
  local image=$1 instance=$2 datadir=$3 command=${4:-enrol} code=0
  timeout "$LIMIT_SECONDS" docker run --rm --interactive --name "$instance-register" --no-healthcheck --log-driver none \
    --label "dev.larder.instance=$instance" \
    --network "$instance" --add-host host.docker.internal:host-gateway \
    --user 10000:10000 --read-only --tmpfs /tmp:rw,noexec,nosuid,size=16m \
    --cap-drop ALL --security-opt no-new-privileges --memory 256m --pids-limit 256 \
    --volume "$datadir:$datadir" \
    "$image" "$command" || code=$?
  # Still there when the limit has ended the client.
  docker rm --force "$instance-register" >/dev/null 2>&1 || true
  [[ $command == enrol ]] || return "$code"
  ((code == 0)) || die "This machine was not registered (code $code); the reason is above." "$(advice "$code")"
}

main "$@"
