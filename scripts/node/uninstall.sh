#!/usr/bin/env bash
# Removes a Larder cache node from this machine. The Docker engine stays.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/node/utilities.sh
source "$here/utilities.sh"

instance=larder datadir='' keepcache=false confirmed=false
removed=0

usage() {
  cat <<'EOF'
Usage: sudo ./uninstall.sh [instance="larder"] [keepcache="false"] [datadir="/var/lib/<instance>"] [--yes]

Removes the node's containers, networks, volumes, images, its data folder and the cached content.

  keepcache="true"  keeps the cached content, for a node that is deployed again
  --yes             does not ask first
EOF
}

parse() {
  local word
  for word in "$@"; do
    case $word in
      instance=*) instance=${word#*=} ;;
      datadir=*) datadir=${word#*=} ;;
      keepcache=true | keepcache=false) keepcache=${word#*=} ;;
      --yes | -y) confirmed=true ;;
      --help | -h) usage; exit 0 ;;
      *) die "unknown parameter: $word" "See: ./uninstall.sh --help" ;;
    esac
  done
  [[ $instance =~ ^[a-z0-9][a-z0-9-]{0,30}$ ]] || die "instance is no name of a node: $instance"
  : "${datadir:=/var/lib/$instance}"
  [[ $datadir =~ ^/[^:,]+$ && $datadir != */../* && $datadir != */.. ]] || die "datadir is not an absolute folder: $datadir"
}

confirm() {
  local answer cached='and its cached content'
  [[ $confirmed == false && -t 0 ]] || return 0
  [[ $keepcache == false ]] || cached='but keep its cached content'
  read -r -p "Remove the cache node '$instance' from this machine, $cached? [y/N] " answer
  [[ $answer == [yY]* ]] || die "Nothing was removed."
}

removed() {
  removed=$((removed + 1))
  info "removed $*"
}

labelled() {
  "$@" --quiet --filter "label=dev.larder.instance=$instance"
}

# repositories: the image names, without tags, of the node's containers, and of the agent when a deploy did not get as
# far as its container.
repositories() {
  {
    docker ps --all --filter "label=dev.larder.instance=$instance" --format '{{.Image}}'
    [[ ! -f $datadir/.larder-node ]] || cat "$datadir/.larder-node"
  } | sed 's|:[^:/]*$||' | sort -u
}

# The agent first, since it would start the others again.
remove_containers() {
  local name
  for name in $(containers_of "$instance" | awk -F '\t' '{ print ($2 != "edgeAgent") "\t" $1 }' | sort | cut -f 2); do
    docker rm --force --volumes "$name" >/dev/null
    removed "container $name"
  done
}

remove_networks_and_volumes() {
  local id
  for id in $(labelled docker network ls); do
    docker network rm "$id" >/dev/null
    removed "network $id"
  done
  for id in $(labelled docker volume ls); do
    docker volume rm "$id" >/dev/null
    removed "volume $id"
  done
}

# remove_images REPOSITORY…: all versions of Larder's images there, unless a container still uses one.
remove_images() {
  local repository image
  for repository in "$@"; do
    while read -r image; do
      docker ps --all --format '{{.Image}}' | grep -qxF "$image" && continue
      if docker image rm "$image" >/dev/null 2>&1; then
        removed "image $image"
      fi
    done < <(docker image ls --filter label=dev.larder.image=true --format '{{.Repository}}:{{.Tag}}' "$repository")
  done
}

# Only folders that deploy.sh has made: it lists those of the drives, and marks the data folder.
remove_folders() {
  local folder
  [[ -f $datadir/.larder-node ]] || return 0
  while read -r folder; do
    [[ $folder == /*/larder && -d $folder ]] || continue
    if [[ $keepcache == true ]]; then
      info "kept cached content $folder"
    else
      rm -rf -- "$folder"
      removed "cached content $folder"
    fi
  done < <(cat "$datadir/drives" 2>/dev/null)
  rm -rf -- "$datadir"
  removed "folder $datadir"
}

main() {
  local images=()
  parse "$@"
  is_root || die "This script must run as root." "Run it with sudo."
  confirm
  if engine_answers; then
    mapfile -t images < <(repositories)
    remove_containers
    remove_networks_and_volumes
    remove_images "${images[@]}"
  else
    warn "the Docker engine does not answer: containers, networks, volumes and images are left as they are"
  fi
  remove_folders
  if ((removed == 0)); then
    info "nothing is left of a node '$instance' on this machine"
  else
    info "the node '$instance' is removed"
  fi
}

main "$@"
