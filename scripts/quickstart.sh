#!/usr/bin/env bash
# The main job, end to end, on one machine: a cloud, a node deployed from its downloadable bundle, and a file that the
# second client gets from the cache. See --help.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/.." && pwd)
# shellcheck source=scripts/lib/common.sh
source "$here/lib/common.sh"

home=/var/lib/larder-quickstart
node_folder=/var/lib/larder
resource=quickstart
node=office
instance=larder
cloud_port=8443
mqtt_port=8883
cache_port=8080
summary_port=5000
origin_port=8090
drive_gb=1
down=false

usage() {
  cat <<TEXT
Usage: ./scripts/quickstart.sh [OPTIONS]
       ./scripts/quickstart.sh --down

Installs what is missing (JDK 25, Maven, the Docker engine), builds Larder and its images, starts the cloud, creates a
resource and a node, deploys the node with the command that the portal shows, and fetches a file through its cache
twice. A second run is quick and changes nothing. Needs root or sudo, and a machine without another node '$instance'.

  --cloud-port PORT     the portal and the API (default $cloud_port)
  --mqtt-port PORT      where hubs connect to the cloud (default $mqtt_port)
  --cache-port PORT     where clients reach the cache (default $cache_port)
  --summary-port PORT   the cache's summary, on loopback (default $summary_port)
  --origin-port PORT    the sample origin server (default $origin_port)
  --down                removes all that the quickstart made; installed packages stay
  -h, --help            this text
TEXT
}

parse() {
  while (($# > 0)); do
    case $1 in
      --cloud-port) cloud_port=$(port_of "$@"); shift ;;
      --mqtt-port) mqtt_port=$(port_of "$@"); shift ;;
      --cache-port) cache_port=$(port_of "$@"); shift ;;
      --summary-port) summary_port=$(port_of "$@"); shift ;;
      --origin-port) origin_port=$(port_of "$@"); shift ;;
      --down) down=true ;;
      -h | --help) usage && exit 0 ;;
      *) die "Unknown option: $1. See ./scripts/quickstart.sh --help" ;;
    esac
    shift
  done
}

port_of() {
  local option=$1 port=${2:-}
  if [[ ! $port =~ ^[0-9]{1,5}$ ]] || ((port < 1 || port > 65535)); then
    die "$option needs a port from 1 to 65535"
  fi
  printf '%s' "$port"
}

# A port that something else holds is named before anything is made.
check_port() {
  local port=$1 what=$2 option=$3
  if ss -Hltn "sport = :$port" | grep -q .; then
    die "Port $port, for $what, is taken by another program. Choose another one: ./scripts/quickstart.sh $option PORT"
  fi
}

check_ports() {
  runs cloud || {
    check_port "$cloud_port" "the portal" --cloud-port
    check_port "$mqtt_port" "the hubs' connections" --mqtt-port
  }
  runs origin || check_port "$origin_port" "the sample origin" --origin-port
  if [[ -z $(node_containers) ]]; then
    check_port "$cache_port" "the cache" --cache-port
    check_port "$summary_port" "the cache's summary" --summary-port
  fi
}

# has_node: this machine has a node of the quickstart's instance, whoever made it.
has_node() {
  [[ -e $node_folder || -n $(node_containers) ]]
}

# is_own_node: of the quickstart's cloud; or a deploy of the quickstart's bundle got no further than the node's folder.
is_own_node() {
  cmp -s "$node_folder/agent/cloud-ca.pem" "$home/cloud/keys/ca.crt" ||
    [[ -d $home/bundle && ! -e $node_folder/agent/config.json && -z $(node_containers) ]]
}

# check_node: before anything is made.
check_node() {
  ! has_node || is_own_node ||
    die "This machine has a node '$instance' already, which is not the quickstart's; it was left as it is." \
      "Run the quickstart on another machine, or remove that node first with its bundle's uninstall.sh"
}

node_containers() {
  docker ps --all --quiet --filter "label=dev.larder.instance=$instance"
}

# Whether the process that this script started under a name still runs. The command line is compared, since a pid may
# have gone to another process after a restart of the machine.
runs() {
  local name=$1 pid
  pid=$(cat "$home/$name.pid" 2>/dev/null) || return 1
  { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF "$(cat "$home/$name.mark")"
}

# start NAME MARK COMMAND…: a process of its own that outlives this script.
start() {
  local name=$1 mark=$2
  shift 2
  printf '%s' "$mark" >"$home/$name.mark"
  setsid "$@" >>"$home/$name.log" 2>&1 </dev/null &
  printf '%s' $! >"$home/$name.pid"
}

stop() {
  local name=$1 pid
  runs "$name" || return 0
  pid=$(cat "$home/$name.pid")
  kill "$pid"
  wait_until 20 "the $name to end" not_running "$pid" || kill -KILL "$pid"
}

not_running() {
  ! kill -0 "$1" 2>/dev/null
}

start_cloud() {
  if runs cloud; then
    info "the cloud runs already"
    return
  fi
  start cloud larder-cloud.jar "$JAVA_HOME/bin/java" -jar "$repository/cloud/target/app/larder-cloud.jar" serve \
    --data "$home/cloud" --port "$cloud_port" --mqtt-port "$mqtt_port" --public-host host.docker.internal --development
  wait_until 60 "the cloud to answer" cloud_answers ||
    die "The cloud did not start. Its log is $home/cloud.log; it ends with:"$'\n'"$(tail -n 20 "$home/cloud.log")"
}

cloud_answers() {
  runs cloud && curl --silent --fail --max-time 5 --output /dev/null --cacert "$home/cloud/keys/ca.crt" \
    "https://localhost:$cloud_port/health"
}

larder() {
  LARDER_CONFIG="$home/cli.json" "$here/larder" "$@"
}

sign_in() {
  if ! larder resource list >/dev/null 2>&1; then
    larder login --url "https://localhost:$cloud_port" --ca "$home/cloud/keys/ca.crt" \
      --password-file "$home/cloud/first-login-secret"
  fi
}

create_node() {
  larder resource show --resource "$resource" >/dev/null 2>&1 || larder resource create --resource "$resource"
  larder node show --resource "$resource" --node "$node" >/dev/null 2>&1 ||
    larder node create --resource "$resource" --node "$node"
  install -d -m 0755 "$home/drive"
  larder node update --resource "$resource" --node "$node" --cache-drive "$home/drive,$drive_gb" \
    --http-port "$cache_port" --summary-port "$summary_port" \
    --origin "host.docker.internal:$origin_port,http,Quickstart,private"
}

# As an administrator does: the bundle is downloaded, and the command is the one that the portal shows.
deploy() {
  larder node get-bundle --resource "$resource" --node "$node" --output "$home/bundle.zip"
  rm -rf "$home/bundle"
  unzip -q "$home/bundle.zip" -d "$home/bundle"
  local command
  command=$(larder node get-deployment-details --resource "$resource" --node "$node" --output json |
    jq --raw-output .command)
  (cd "$home/bundle" && bash -c "${command#sudo }")
}

start_origin() {
  if runs origin; then
    return
  fi
  # The node's containers reach this machine at the address of Docker's own bridge.
  local bridge
  bridge=$(ip -4 -oneline address show docker0 2>/dev/null | awk '{sub("/.*", "", $4); print $4; exit}')
  start origin quickstart/Origin.java "$JAVA_HOME/bin/java" "$here/quickstart/Origin.java" "$origin_port" \
    "${bridge:+127.0.0.1,}${bridge:-0.0.0.0}" /var/cache/apt/archives "$repository/cloud/target/app/lib"
  wait_until 30 "the origin to answer" curl --silent --fail --output /dev/null "http://127.0.0.1:$origin_port/counts" ||
    die "The origin did not start. Its log is $home/origin.log"
}

# The largest package that the machine has, or of the built libraries, with a name that a URL can carry as it is.
sample_file() {
  find /var/cache/apt/archives "$repository/cloud/target/app/lib" -maxdepth 1 -type f \
    \( -name '*.deb' -o -name '*.jar' \) -size -200M -printf '%s %p\n' |
    awk '$2 ~ /\/[A-Za-z0-9._+~-]+$/ && $1 > most {most = $1; file = $2} END {print file}'
}

origin_sent() {
  curl --silent --fail "http://127.0.0.1:$origin_port/counts" | awk -v path="/$1" '$3 == path {print $2}'
}

# fetch NAME: prints how the cache answered, and fails unless the bytes are the file's.
fetch() {
  local name=$1 file=$2 headers=$home/headers sum
  sum=$(curl --silent --fail --show-error --max-time 300 --dump-header "$headers" \
    "http://127.0.0.1:$cache_port/$name?cacheHostOrigin=host.docker.internal:$origin_port" | sha256sum | cut -d ' ' -f 1)
  [[ $sum == "$(sha256sum <"$file" | cut -d ' ' -f 1)" ]] || die "The cache sent other bytes than $file has"
  info "X-Cache: $(awk 'tolower($1) == "x-cache:" {sub("\r", "", $2); print $2}' "$headers")," \
    "$(stat --format %s "$file") bytes, SHA-256 right; the origin has sent $(origin_sent "$name") bytes of it in all"
}

show_cache() {
  local file name before
  file=$(sample_file)
  [[ -n $file ]] || die "Neither /var/cache/apt/archives nor the built libraries hold a file to fetch"
  name=$(basename "$file")
  info "file: $name"
  fetch "$name" "$file"
  before=$(origin_sent "$name")
  fetch "$name" "$file"
  [[ $(origin_sent "$name") == "$before" ]] || die "The second fetch asked the origin again"
  info "the second client's copy came from the cache: the origin was not asked"
}

show_summary() {
  docker ps --filter "label=dev.larder.instance=$instance" --format 'table {{.Names}}\t{{.Image}}\t{{.Status}}\t{{.Ports}}'
  cat <<TEXT

The portal:            https://localhost:$cloud_port   (its certificate is signed by $home/cloud/keys/ca.crt)
First-login secret:    $(cat "$home/cloud/first-login-secret" 2>/dev/null || printf 'changed in the portal')
The command line:      LARDER_CONFIG=$home/cli.json ./scripts/larder node list --resource $resource
Clients' cache:        http://127.0.0.1:$cache_port
Remove all of it:      ./scripts/quickstart.sh --down
TEXT
}

build() {
  local built=$repository/cloud/target/app/larder-cloud.jar
  if [[ -e $built && -z $(find "$repository"/{pom.xml,common,service-parent,agent,hub,cache-module,cloud,deployment-manifests,scripts/node} \
    -name target -prune -o -type f -newer "$built" -print -quit) ]]; then
    info "nothing has changed since the last build"
    return
  fi
  # A running cloud would lose its jar underneath it.
  stop cloud
  (cd "$repository" && mvn --batch-mode --quiet package -Dmaven.test.skip=true -pl agent,hub,cache-module,cloud -am)
  touch "$built"
}

take_down() {
  if has_node && ! is_own_node; then
    warn "the node '$instance' on this machine is not the quickstart's: it is left as it is"
  elif has_node; then
    step "Removing the node"
    "$here/node/uninstall.sh" instance="$instance" --yes
  fi
  if [[ -d $home ]]; then
    step "Stopping the cloud and the origin"
    stop cloud
    stop origin
    rm -rf "$home"
  fi
  if ! has_node; then
    # What the build left: names that no node used.
    docker image rm larder-{agent,hub,cache}:1.0.0 >/dev/null 2>&1 || true
    docker image prune --force --filter label=dev.larder.image >/dev/null
  fi
  step "Removed. Installed packages and the build's own files (target/) are kept"
}

main() {
  local arguments=("$@")
  parse "$@"
  as_root "${arguments[@]}"
  if $down; then
    ensure_engine
    take_down
    return
  fi
  step "1/7 Installing what is missing"
  ensure_packages curl iproute2 jq unzip
  ensure_jdk
  ensure_maven
  ensure_engine
  check_node
  check_ports
  install -d -m 0700 "$home"
  step "2/7 Building (the first time takes some minutes)"
  build
  step "3/7 Making the images"
  "$here/images.sh"
  step "4/7 Starting the cloud"
  start_cloud
  step "5/7 Creating the resource and the node"
  sign_in
  create_node
  step "6/7 Deploying the node with the portal's command"
  deploy
  step "7/7 Fetching a file through the cache, twice"
  start_origin
  show_cache
  show_summary
}

main "$@"
