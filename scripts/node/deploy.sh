#!/usr/bin/env bash
# Makes this machine a Larder cache node: registers it with the cloud and starts its agent, which starts the rest.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/node/utilities.sh
source "$here/utilities.sh"
# shellcheck source=scripts/node/parameters.sh
source "$here/parameters.sh"
# shellcheck source=scripts/node/folders.sh
source "$here/folders.sh"

HEALTHY_LIMIT_SECONDS=120
DOCKER_SOCKET=/var/run/docker.sock
# Of the agent's container; the engine pulls from it while the manifest has maxPullBytesPerSecond.
PULL_PORT=9601
# Of the agent's 'check-enrolment'.
NOT_ENROLLED=8
# The first of docker's own exit codes.
DOCKER_FAILED=125
# The engine's own authorities for registries.
REGISTRY_AUTHORITIES=/etc/docker/certs.d

usage() {
  cat <<'EOF'
Usage: sudo ./deploy.sh customerid="…" cachenodeid="…" customerkey="…" registrationkey="…" \
         drivepathandsizeingb="/path1,GB[,/path2,GB…]" cloudurl="https://host:port" [more]

Copy the command from the node's Deployment tab in the portal. Needed:

  customerid            the id of your organisation's resource
  cachenodeid           the id of this cache node
  customerkey           the resource's key
  registrationkey       works once; the portal shows a new one afterwards
                        Other users of this machine can read a command line while it runs. Either key may stand in a file
                        instead that root alone may read, in its first line: registrationkey="@/root/key"
  drivepathandsizeingb  up to 9 existing folders for cached content, each with the GB it may use. What is kept is in the
                        folder 'larder' in each, which must be this node's, empty or not there yet
  cloudurl              where the Larder cloud is

More, each with its usual value:

  cloudca="./cloud-ca.pem"        the certificate by which the cloud is known; it is in this bundle
  shoulduseproxy="false"          "true" when the node reaches the cloud and the internet through a proxy
  proxyurl=""                     that proxy: http://host:port, or http://user@host:port when it asks for a name and a
                                  password. The user is percent-encoded: DOMAIN\node is DOMAIN%5Cnode
  proxypasswordfile=""            a file that root alone may read; its first line is the proxy's password. It is kept
                                  encrypted on the node, for the agent alone, and sent to the proxy as HTTP Basic:
                                  readable on the line between this machine and the proxy. For a new password run
                                  this again with the new file
  instance="larder"               what the containers' names begin with; another for a second node on one machine
  datadir="/var/lib/<instance>"   where the node keeps its identity and its last manifest: a folder of its own
  hostpolicy=""                   a file that says what manifests may ask of this machine; the cloud cannot change it.
                                  Without one, what an earlier run installed stays, or the built-in policy holds

Installs the Docker engine if there is none. A second run with the same parameters changes nothing, unless the cloud
takes the node for no longer registered: it is then registered anew, with the portal's new key. To remove the node:
sudo ./uninstall.sh
EOF
}

# package_value NAME: from packageVer.txt, which the cloud has filled in.
package_value() {
  sed -n "s/^$1=//p" "$here/packageVer.txt"
}

read_package() {
  version=$(package_value version) agent_image=$(package_value agentImage)
  [[ -n $agent_image && $agent_image != *'$'* ]] ||
    die "$here/packageVer.txt names no agent image: this is not a bundle from a cloud." \
      "Download the bundle from the node's Deployment tab in the portal."
}

# setup_of: the parameters that make another node of it when they change. The keys are not among them: the portal's
# registration key is another one after every deploy. The proxy's password is there by a hash that says nothing to whoever
# does not have the node's secret.
setup_of() {
  printf 'cloudurl=%s\ncustomerid=%s\ncachenodeid=%s\nproxyurl=%s\ncloudca=%s\n' "$(parameter cloudurl)" \
    "$(parameter customerid)" "$(parameter cachenodeid)" "$(parameter proxyurl)" \
    "$(sha256sum <"$(parameter cloudca)" | cut -d ' ' -f 1)"
  [[ -z $PROXY_PASSWORD ]] || printf 'proxypassword=%s\n' \
    "$({ cat "$datadir/agent/node-secret" 2>/dev/null || true; printf '%s' "$PROXY_PASSWORD"; } | sha256sum | cut -d ' ' -f 1)"
}

# is_deployed: with these parameters, and the agent is well, which looks after the others, and the cloud knows the node.
is_deployed() {
  [[ -f $datadir/deploy.setup && $(cat "$datadir/deploy.setup") == "$(setup_of)" ]] &&
    [[ $(health_of edgeAgent) == healthy ]] && is_enrolled
}

# is_enrolled: an image of before there was the question does not answer it.
is_enrolled() {
  local said code=0
  said=$(registration | "$here/register.sh" "$(image_to_ask)" "$instance" "$datadir" check-enrolment 2>&1) || code=$?
  ((code != NOT_ENROLLED)) || info "$said"
  ((code == 0))
}

# present_image: what the agent runs now, which may be newer than the bundle's, or else the bundle's.
present_image() {
  local image
  image=$(docker inspect --format '{{.Config.Image}}' "$instance-agent" 2>/dev/null) || image=$agent_image
  printf '%s' "$image"
}

# image_to_ask: the bundle's if it is here, else what the agent runs.
image_to_ask() {
  if has_image "$agent_image"; then printf '%s' "$agent_image"; else present_image; fi
}

# image_to_start: what the agent runs now if it is well, of the bundle's repository and here, for it may be newer; else the
# bundle's.
image_to_start() {
  local present
  present=$(present_image)
  if [[ $(repository_of <<<"$present") == "$(repository_of <<<"$agent_image")" && $(health_of edgeAgent) == healthy ]] &&
    has_image "$present"; then
    printf '%s' "$present"
  else
    printf '%s' "$agent_image"
  fi
}

has_image() {
  docker image inspect "$1" >/dev/null 2>&1
}

# health_of MODULE: healthy, starting, unhealthy, or the state of a container that does not run; empty without one.
health_of() {
  containers_of "$instance" | health_in "$1"
}

# health_in MODULE: the same, from a list of containers. Each list costs the node's start some processor.
health_in() {
  awk -F '\t' -v module="$1" '
    $2 == module {
      if ($3 != "running") print $3
      else if (match($4, /\((health: )?[a-z]+\)/)) {
        health = substr($4, RSTART + 1, RLENGTH - 2); sub(/health: /, "", health); print health
      } else print "running"
      exit
    }'
}

# restart_due: the agent has to read its folder anew. Said on disk before the first change, so that a run that is cut
# short leaves it to the next.
restart_due() {
  : >"$datadir/restart-due"
}

# prepare_folders: also makes the drives known to the agent, which lets modules mount no other folders.
prepare_folders() {
  local folder
  install -d -m 0700 -o "$NODE_UID" -g "$NODE_UID" "$datadir"
  printf '%s\n' "$agent_image" >"$datadir/$NODE_MARK"
  for folder in "${CONTENT_FOLDERS[@]}"; do
    install -d -m 0700 -o "$NODE_UID" -g "$NODE_UID" "$folder"
    [[ $(mark_of "$folder") == "$instance" ]] || mark_drive "$folder" "$instance" ||
      die "$folder could not be marked as this node's; the reason is above." "Mend it and run this again."
    grep -qxF "$folder" "$datadir/drives" 2>/dev/null && continue
    restart_due
    printf '%s\n' "$folder" >>"$datadir/drives"
    chmod 0644 "$datadir/drives"
  done
}

# install_policy: root's, and readable by the agent alone, for its folder is closed to others.
install_policy() {
  local file complaint code=0
  file=$(parameter hostpolicy)
  if [[ -z $file ]] || cmp -s "$file" "$datadir/policy.json"; then
    return 0
  fi
  complaint=$(docker run --rm --interactive --network none --read-only --tmpfs /tmp:rw,noexec,nosuid,size=16m \
    --user "$NODE_UID:$NODE_UID" --cap-drop ALL --security-opt no-new-privileges --memory 256m --no-healthcheck \
    --log-driver none "$(image_to_ask)" check-policy <"$file" 2>&1) || code=$?
  if ((code != 0)); then
    printf '%s\n' "$complaint" >&2
    ((code < DOCKER_FAILED)) ||
      die "The host policy $file could not be checked, for Docker did not start the agent's image; the reason is above." \
        "Mend that and run this again."
    die "The host policy $file has mistakes; they are above, and nothing of it was installed." "Mend the file and run this again."
  fi
  step "installing the host policy $file"
  install -m 0644 -o root -g root "$file" "$datadir/policy.json.new"
  restart_due
  mv -f "$datadir/policy.json.new" "$datadir/policy.json"
}

# restart_agent: it reads its folder when it starts; modules run on meanwhile.
restart_agent() {
  local began=$EPOCHSECONDS
  step "restarting the agent, which reads its folder anew"
  docker restart "$instance-agent" >/dev/null || die "The agent could not be restarted; the reason is above."
  rm -f "$datadir/restart-due"
  wait_for_health
  warn_of_refusal "$began"
}

# warn_of_refusal SINCE: the manifest is judged before the agent is healthy. What runs goes on running, so that nothing else
# would tell.
warn_of_refusal() {
  if docker logs --since "$1" "$instance-agent" 2>&1 | grep -F 'manifest refused' >&2; then
    warn "the agent refuses the node's manifest under this machine's host policy; the reason is above." \
      "Modules run on as they are, but the agent no longer looks after them until manifest and policy agree."
  fi
}

prepare_network() {
  docker network inspect "$instance" >/dev/null 2>&1 && return 0
  step "making the network $instance"
  docker network create --label "dev.larder.instance=$instance" "$instance" >/dev/null ||
    die "The Docker network $instance could not be made; the reason is above."
}

# prepare_image IMAGE
prepare_image() {
  has_image "$1" && return 0
  step "pulling $1"
  docker pull "$1" >/dev/null ||
    die "The image $1 is not on this machine and could not be pulled; the reason is above." \
      "Check that this machine reaches the registry in the image's name, or load the image: docker load -i FILE"
}

# registration: the request as JSON. It holds the keys and the proxy's password: it goes into a pipe and nowhere else.
registration() {
  printf '{"cloudUrl":%s,"customerId":%s,"cacheNodeId":%s,"customerKey":%s,"registrationKey":%s,' \
    "$(json_string "$(parameter cloudurl)")" "$(json_string "$(parameter customerid)")" \
    "$(json_string "$(parameter cachenodeid)")" "$(json_string "$(parameter customerkey)")" \
    "$(json_string "$(parameter registrationkey)")"
  printf '"instance":%s,"dataDir":%s,"proxyUrl":%s,"proxyPassword":%s,"cloudCa":%s}\n' \
    "$(json_string "$instance")" "$(json_string "$datadir")" "$(json_string "$(parameter proxyurl)")" \
    "$(json_string "$PROXY_PASSWORD")" "$(json_string "$(cat "$(parameter cloudca)")")"
}

register() {
  step "registering with $(parameter cloudurl)"
  registration | "$here/register.sh" "$agent_image" "$instance" "$datadir"
}

# is_started_otherwise: as an earlier bundle did, without the port for pulls or not always, or without authorities that
# there are now.
is_started_otherwise() {
  local made
  made=$(docker inspect --format '{{json .HostConfig}}' "$instance-agent")
  [[ $made != *"\"$PULL_PORT/tcp\""* || $made != *'"RestartPolicy":{"Name":"always"'* ]] ||
    [[ -d $REGISTRY_AUTHORITIES && $made != *"\"$REGISTRY_AUTHORITIES:"* ]]
}

# start_agent IMAGE
start_agent() {
  local image=$1 more=()
  prepare_image "$image"
  # A folder that is not there would be made, and found empty for ever.
  [[ ! -d $REGISTRY_AUTHORITIES ]] || more+=(--volume "$REGISTRY_AUTHORITIES:$REGISTRY_AUTHORITIES:ro")
  # Always: an engine that has crashed stops what had outlived it, and takes that for a stop by hand.
  step "starting the agent"
  docker rm --force "$instance-agent" >/dev/null 2>&1 || true
  docker run --detach --name "$instance-agent" \
    --label "dev.larder.instance=$instance" --label "dev.larder.node=$(parameter cachenodeid)" \
    --label dev.larder.module=edgeAgent \
    --restart always --network "$instance" --add-host host.docker.internal:host-gateway \
    --user "$NODE_UID:$NODE_UID" --group-add "$(stat -L -c %g "$DOCKER_SOCKET")" \
    --read-only --tmpfs /tmp:rw,noexec,nosuid,size=16m --cap-drop ALL --security-opt no-new-privileges \
    --memory 256m --pids-limit 256 --log-opt max-size=10m --log-opt max-file=3 \
    --env "LARDER_DATA_DIR=$datadir" \
    --publish "127.0.0.1::$PULL_PORT" \
    --volume "$DOCKER_SOCKET:/var/run/docker.sock" --volume "$datadir:$datadir" "${more[@]}" \
    "$image" >/dev/null ||
    die "The agent's container could not be started; the reason is above."
  rm -f "$datadir/restart-due"
}

reported_healthy=''
# all_healthy: also says which module has come up, once each.
all_healthy() {
  local module health listed all=0
  listed=$(containers_of "$instance")
  for module in edgeAgent edgeHub cache; do
    health=$(health_in "$module" <<<"$listed")
    if [[ $health != healthy ]]; then
      all=1
    elif [[ " $reported_healthy " != *" $module "* ]]; then
      reported_healthy+=" $module"
      step "$module is healthy"
    fi
  done
  return "$all"
}

wait_for_health() {
  wait_until "$HEALTHY_LIMIT_SECONDS" "three healthy containers" all_healthy || explain_failure
}

explain_failure() {
  local module name health
  warn "after $HEALTHY_LIMIT_SECONDS s not every container is healthy"
  for module in edgeAgent edgeHub cache; do
    health=$(health_of "$module")
    [[ $health != healthy ]] || continue
    name=$(containers_of "$instance" | awk -F '\t' -v module="$module" '$2 == module { print $1; exit }')
    if [[ -z $name ]]; then
      printf '\n--- %s: there is no container yet; the agent says why:\n' "$module" >&2
      name=$instance-agent
    else
      printf '\n--- %s (%s) is %s; the end of its log:\n' "$name" "$module" "$health" >&2
      docker inspect --format '{{.State.Error}}' "$name" >&2 || true
    fi
    docker logs --tail 15 "$name" >&2 || true
  done
  printf '\n' >&2
  die "The node is not healthy." \
    "What stands above names the cause: most often a port that another program holds, or a cloud that is not reached." \
    "The agent keeps trying: mend it and look at 'docker ps', or run the deploy command again."
}

show_node() {
  docker ps --filter "label=dev.larder.instance=$instance" \
    --format 'table {{.Names}}\t{{.Image}}\t{{.Status}}\t{{.Ports}}'
}

seconds_since() {
  local micros=$(("${EPOCHREALTIME/[.,]/}" - "${1/[.,]/}"))
  printf '%d.%d' $((micros / 1000000)) $((micros % 1000000 / 100000))
}

# check_agent: no container of that name, or this node's.
check_agent() {
  local node
  node=$(docker inspect --format '{{index .Config.Labels "dev.larder.node"}}' "$instance-agent" 2>/dev/null) || return 0
  [[ ${node,,} == "$(parameter cachenodeid)" ]] ||
    die "The container $instance-agent on this machine is of another node${node:+, $node}; nothing was changed." \
      "Remove that node first (sudo ./uninstall.sh), or deploy this one beside it: instance=\"another-name\""
}

check_machine() {
  "$here/install-runtime.sh"
  [[ -S $DOCKER_SOCKET ]] || die "There is no Docker socket at $DOCKER_SOCKET." \
    "The node's agent needs the engine's own socket there; a remote or rootless engine does not do."
}

main() {
  local began=$EPOCHREALTIME agent_since
  case ${1:---help} in
    --help | -h) usage && return 0 ;;
  esac
  read_parameters "$@"
  default_parameters "$here"
  check_parameters
  report_problems
  read_package
  instance=$(parameter instance) datadir=$(parameter datadir)
  CONTENT_FOLDERS=("${DRIVE_FOLDERS[@]/%//larder}")
  is_root || die "This script must run as root." "Run it with sudo."
  check_folders "$instance" "$datadir" "$(parameter cachenodeid)" "${CONTENT_FOLDERS[@]}"
  report_problems
  check_machine
  check_agent
  if is_deployed; then
    prepare_folders
    install_policy
    if is_started_otherwise; then
      start_agent "$(present_image)"
      wait_for_health
      info "already deployed as $instance: only the agent was started anew, in a container as this bundle makes it"
    elif [[ -e $datadir/restart-due ]]; then
      restart_agent
      info "already deployed as $instance: only what manifests may ask for was changed"
    else
      all_healthy || wait_for_health
      info "already deployed as $instance: nothing was changed"
    fi
    show_node
    return 0
  fi
  warn_of_full_drives
  prepare_folders
  LARDER_LOG_FILE=$datadir/deploy.log
  step "deploying Larder $version as $instance"
  prepare_network
  prepare_image "$agent_image"
  install_policy
  restart_due
  register
  agent_since=$EPOCHSECONDS
  start_agent "$(image_to_start)"
  setup_of >"$datadir/deploy.setup"
  step "the agent fetches the manifest and starts the hub and the cache"
  wait_for_health
  warn_of_refusal "$agent_since"
  info ""
  show_node
  info "deployed in $(seconds_since "$began") s"
}

main "$@"
