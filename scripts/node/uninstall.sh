#!/usr/bin/env bash
# Removes a Larder cache node from this machine. The Docker engine stays.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/node/utilities.sh
source "$here/utilities.sh"
# shellcheck source=scripts/node/folders.sh
source "$here/folders.sh"

instance=larder datadir='' keepcache=false confirmed=false
removed=0 has_engine=false

usage() {
  cat <<'EOF'
Usage: sudo ./uninstall.sh [instance="larder"] [keepcache="false"] [datadir="/var/lib/<instance>"] [--yes]

Removes the node's containers, networks, volumes, images, its data folder and the cached content. What is not known for
this node's own in these folders stays.

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

# check_folder: the folder is this instance's, or of nobody known.
check_folder() {
  local present
  present=$(of_config instance "$datadir")
  [[ -z $present || $present == "$instance" ]] ||
    die "datadir is not the folder of '$instance' but of '$present': nothing was removed." \
      "Leave datadir out, or write instance=\"$present\""
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

# repositories: the image names, without tags and digests, of the node's containers, and of the agent when a deploy did
# not get as far as its container.
repositories() {
  {
    docker ps --all --filter "label=dev.larder.instance=$instance" --format '{{.Image}}'
    [[ ! -f $datadir/$NODE_MARK ]] || cat "$datadir/$NODE_MARK"
  } | repository_of | sort -u
}

# remove_containers FILTER: those of the node for which the filter of 'docker ps' holds.
remove_containers() {
  local name
  for name in $(docker ps --all --filter "label=dev.larder.instance=$instance" --filter "$1" --format '{{.Names}}'); do
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

# images_in_use: the names by which this machine's containers were made; a node may need them again, also when the name
# has gone to a newer image meanwhile.
images_in_use() {
  docker ps --all --quiet | xargs --no-run-if-empty docker inspect --format '{{.Config.Image}}' 2>/dev/null || true
}

# remove_images REPOSITORY…: all versions of Larder's images there, unless they are in use.
remove_images() {
  local repository name tag digest used
  used=$(images_in_use)
  for repository in "$@"; do
    while read -r name tag digest; do
      # An image that was named by its digest has no tag.
      if [[ $tag == '<none>' ]]; then name+=@$digest; else name+=:$tag; fi
      grep -qxF -- "$name" <<<"$used" && continue
      if docker image rm "$name" >/dev/null 2>&1; then
        removed "image $name"
      fi
    done < <(docker image ls --digests --filter label=dev.larder.image=true \
      --format '{{.Repository}} {{.Tag}} {{.Digest}}' "$repository")
  done
}

# remove_known FOLDER WHAT NAME…: these names in the folder, and the folder when nothing else is in it.
remove_known() {
  local folder=$1 what=$2 name
  shift 2
  for name in "$@"; do
    rm -rf -- "${folder:?}/$name"
  done
  if rmdir -- "$folder" 2>/dev/null; then
    removed "$what $folder"
  else
    removed "$what in $folder; the folder itself stays, with what else is in it"
  fi
}

# is_own_content FOLDER: by its mark. One of before there were marks is on this node's list, and on no other's: nobody
# mounts it any more.
is_own_content() {
  if has_mark "$1"; then
    [[ $(mark_of "$1") == "$instance" ]]
  else
    $has_engine && [[ -z $(docker ps --all --quiet --filter "volume=$1") ]]
  fi
}

remove_content() {
  local folder
  while read -r folder; do
    [[ $folder == /*/larder && -d $folder ]] || continue
    if ! is_own_content "$folder"; then
      warn "left as it is, for it is not known for this node's alone: $folder"
    elif [[ $keepcache == true ]]; then
      mark_drive "$folder" ''
      info "kept cached content $folder"
    else
      remove_known "$folder" "cached content" "${CONTENT_NAMES[@]}"
    fi
  done < <(cat "$datadir/drives" 2>/dev/null)
}

remove_folders() {
  [[ -f $datadir/$NODE_MARK ]] || return 0
  remove_content
  remove_known "$datadir" "the node's data" "${DATA_NAMES[@]}"
}

main() {
  local images=()
  parse "$@"
  is_root || die "This script must run as root." "Run it with sudo."
  check_folder
  confirm
  if engine_answers; then
    has_engine=true
    mapfile -t images < <(repositories)
    # The agent first: it would start the others again, or make another meanwhile.
    remove_containers label=dev.larder.module=edgeAgent
    remove_containers label=dev.larder.instance
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
