#!/usr/bin/env bash
# Builds the images larder-agent, larder-hub and larder-cache from what Maven has built, without pulling anything.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib/common.sh
source "$here/lib/common.sh"

repository=$(dirname "$here")
sources=$repository/images
work=$repository/target/images
context=$work/context
SERVICES=(agent hub cache)
MODULES=(agent hub cache-module)
START_LIMIT_SECONDS=120

registry='' tag=1.0.0 push=false train=true base=scratch refresh=false

usage() {
  cat <<'EOF'
Usage: scripts/images.sh [options]

Builds larder-agent, larder-hub and larder-cache from agent, hub and cache-module (run 'mvn package' first).

  --tag VERSION         the images' version (default 1.0.0)
  --registry HOST:PORT  names the images for this registry too, for example 127.0.0.1:5000
  --push                pushes them to it
  --no-train            leaves the services' training run out: quicker to build, slower to start
  --base IMAGE          builds on IMAGE, which must have glibc, instead of Debian packages on an empty image
  --refresh             fetches the Debian packages anew (security updates)
  --help                this text

A second run with nothing changed builds nothing. Downloads and parts are kept in target/images.
EOF
}

parse() {
  while (($#)); do
    case $1 in
      --registry) registry=${2:?--registry needs HOST:PORT}; shift ;;
      --tag) tag=${2:?--tag needs a version}; shift ;;
      --base) base=${2:?--base needs an image}; shift ;;
      --push) push=true ;;
      --train) train=true ;;
      --no-train) train=false ;;
      --refresh) refresh=true ;;
      --help | -h) usage; exit 0 ;;
      *) die "unknown option '$1'" "See: $0 --help" ;;
    esac
    shift
  done
  [[ $push == false || -n $registry ]] || die "--push needs to know where to." "Add --registry HOST:PORT."
  [[ $tag =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || die "'$tag' is no image tag." "Use something like 1.0.0."
}

# exclusively: one build at a time in a checkout; the parts of two would mix.
exclusively() {
  mkdir -p "$work"
  exec 9>"$work/lock"
  flock --nonblock 9 || { step "waiting for another build of the images to end" && flock 9; }
}

check_built() {
  local module
  for module in "${MODULES[@]}"; do
    compgen -G "$repository/$module/target/app/larder-*.jar" >/dev/null ||
      die "$module/target/app has no jar." "Build it first: mvn package -DskipTests"
  done
}

# make_context: everything that the Dockerfile adds. Each part is made again only when what it is made from changed.
make_context() {
  mkdir -p "$context"
  local root_stamp
  root_stamp=$(cat "$sources/rootfs.sh" "$sources/packages.txt" <(printf '%s' "$base") | sha256sum)
  if [[ $refresh == true || ! -f $context/rootfs.tar || $(cat "$work/rootfs.stamp" 2>/dev/null) != "$root_stamp" ]]; then
    step "unpacking the root file system"
    rm -f "$work/rootfs.stamp"
    "$sources/rootfs.sh" "$context/rootfs.tar" "$work" "$base" "$refresh"
    printf '%s\n' "$root_stamp" >"$work/rootfs.stamp"
  fi
  "$sources/runtime.sh" "$context/runtime.tar" "$work" "${MODULES[@]/%//target/app}"
  "$sources/apps.sh" "$context" "$work"
  cp "$sources/Dockerfile" "$context/"
  archive_classes
}

# archive_classes: the class archive that the images have in common. It is only good with the very files that it was
# made with, and no two are alike, so it is made again only when one of those changed.
archive_classes() {
  local archive=$work/archive stamp image
  stamp=$({ cat "$sources/train.sh" "$sources/java.options" "$sources/Dockerfile"
    printf '%s %s\n' "$base" "$train"
    cd "$context" && sha256sum -- ./*.tar; } | sha256sum | cut -d ' ' -f 1)
  [[ ! -f $context/larder.jsa || $(cat "$work/archive.stamp" 2>/dev/null) != "$stamp" ]] || return 0
  step "letting the services run once, to archive their classes"
  rm -rf "$archive"
  mkdir -p "$archive"
  image=larder-training:${stamp:0:12}
  docker_build base "$image" "$work/base.log"
  quietly "$work/training.log" docker run --rm --network none --user "$(id -u):$(id -g)" --tmpfs /tmp:rw,noexec \
    --volume "$work/apps:/training:ro" --volume "$sources/train.sh:/train.sh:ro" --volume "$archive:/archive" \
    --env TRAIN="$train" "$image" /bin/busybox sh /train.sh ||
    die "A service did not end its training run well." "Look at $work/training.log, or leave it out: --no-train"
  docker image rm "$image" >/dev/null
  mv "$archive/larder.jsa" "$context/"
  printf '%s\n' "$stamp" >"$work/archive.stamp"
}

# docker_build TARGET IMAGE LOG OPTION…: with the builder that every engine has.
docker_build() {
  local target=$1 image=$2 log=$3
  shift 3
  DOCKER_BUILDKIT=0 quietly "$log" docker build --target "$target" --tag "$image" --network none \
    --build-arg BASE_IMAGE="$base" "$@" "$context" || die "$image could not be built." "Look at $log."
}

# inputs_hash: of all that the images are made from.
inputs_hash() {
  (cd "$context" && { sha256sum -- Dockerfile larder.jsa ./*.tar; printf '%s %s\n' "$base" "$train"; } | sha256sum | cut -d ' ' -f 1)
}

image_label() {
  docker image inspect --format "{{index .Config.Labels \"$2\"}}" "$1" 2>/dev/null || true
}

# build_image SERVICE: unless the image is there already, made from the same inputs.
build_image() {
  local image=larder-$1:$tag replaced
  if [[ $(image_label "$image" dev.larder.inputs) == "$inputs" ]]; then
    step "$image is up to date"
    return 0
  fi
  step "building $image"
  replaced=$(docker image inspect --format '{{.Id}}' "$image" 2>/dev/null || true)
  docker_build "$1" "$image" "$work/$1.log" \
    --label dev.larder.inputs="$inputs" \
    --label org.opencontainers.image.title="larder-$1" \
    --label org.opencontainers.image.description="Larder, a self-hosted connected cache: the node's $1" \
    --label org.opencontainers.image.version="$tag" \
    --label org.opencontainers.image.base.name="$base"
  check_starts "$image"
  remove_untagged "$replaced"
}

# remove_untagged ID: an image that has lost its last name, unless a container still uses it.
remove_untagged() {
  if [[ -n $1 && $(docker image inspect --format '{{len .RepoTags}}' "$1" 2>/dev/null) == 0 ]]; then
    docker image rm "$1" >/dev/null 2>&1 || true
  fi
}

# check_starts IMAGE: the service runs in its image as it will on a node, from the archive (-Xshare:on is fatal without)
# and with its native libraries.
check_starts() {
  [[ $train == true ]] || return 0
  quietly "$work/check.log" timeout --kill-after 10 "$START_LIMIT_SECONDS" \
    docker run --rm --network none --read-only --cap-drop ALL \
    --security-opt no-new-privileges --tmpfs /tmp:rw,noexec,nosuid --tmpfs /data:uid=10000,gid=10000 \
    --env JDK_JAVA_OPTIONS=-Xshare:on "$1" --train && ! grep -q 'does not load' "$work/check.log" && return 0
  docker image rm "$1" >/dev/null
  die "$1 does not start from its class archive with its native libraries." "Look at $work/check.log."
}

publish() {
  local service name
  [[ -n $registry ]] || return 0
  for service in "${SERVICES[@]}"; do
    name=$registry/larder-$service:$tag
    docker tag "larder-$service:$tag" "$name"
    [[ $push == true ]] || continue
    step "pushing $name"
    quietly "$work/push.log" docker push "$name" ||
      die "$name could not be pushed." "Is a registry running at $registry? Look at $work/push.log."
  done
}

main() {
  parse "$@"
  cd "$repository"
  ensure_jdk
  ensure_engine
  check_built
  exclusively
  make_context
  inputs=$(inputs_hash)
  local service
  for service in "${SERVICES[@]}"; do
    build_image "$service"
  done
  publish
  "$sources/sizes.sh" "$tag"
}

main "$@"
