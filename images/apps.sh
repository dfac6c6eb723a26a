#!/usr/bin/env bash
# apps.sh OUT WORK: packs shared.tar and a tar for each service into OUT. A library that two services or more have,
# byte for byte, is shared: it stands in front on every class path and its classes are in the common archive. So are
# the services' own jars, small as they are, for the sake of the archive. Other libraries come with their service.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/node/utilities.sh
source "$here/../scripts/node/utilities.sh"

out=$1 work=$2
repository=$here/..
declare -A APP=([agent]=$repository/agent [hub]=$repository/hub [cache]=$repository/cache-module)
SERVICES=(agent hub cache)
stage=$work/apps

# pack DIRECTORY TAR
pack() {
  find "$1" -type d -exec chmod 0755 {} +
  find "$1" -type f -exec chmod 0444 {} +
  tar --create --file "$2" --directory "$1" --sort=name --mtime=2026-01-01T00:00:00Z --owner=0 --group=0 \
    --numeric-owner --format=gnu --exclude=./app/lib/. .
}

# shared_libraries: the names of the jars that at least two services have with the same bytes.
shared_libraries() {
  local service
  for service in "${SERVICES[@]}"; do
    (cd "${APP[$service]}/target/app/lib" && sha256sum -- *.jar)
  done | LC_ALL=C sort -k 2 | uniq -d | awk '{print $2}'
}

# copy_library JAR DIRECTORY: a signed jar goes without its signature, which Java would check class by class at every
# start (14 MB of memory in the agent); whoever has the image trusts its files by the image's own digest.
copy_library() {
  local jar=$1 to=$2 unsigned
  if ! LC_ALL=C grep -q --text 'META-INF/[A-Za-z0-9_-]*\.SF' "$jar"; then
    cp "$jar" "$to/"
    return
  fi
  unsigned=$work/unsigned/$(sha256sum <"$jar" | cut -d ' ' -f 1)
  [[ -f $unsigned ]] || unsign "$jar" "$unsigned"
  cp "$unsigned" "$to/${jar##*/}"
}

# unsign JAR OUT: without the signature files and the digest of every class in the manifest.
unsign() {
  local directory=$work/unsigned/classes
  rm -rf "$directory"
  mkdir -p "$directory"
  (cd "$directory" && "$JAVA_HOME/bin/jar" --extract --file "$1" && rm -f META-INF/*.{SF,RSA,DSA,EC})
  sed '/^\r\{0,1\}$/,$d' "$directory/META-INF/MANIFEST.MF" >"$work/unsigned/manifest"
  rm "$directory/META-INF/MANIFEST.MF"
  "$JAVA_HOME/bin/jar" --create --file "$2" --manifest "$work/unsigned/manifest" --date 2026-01-01T00:00:00Z \
    -C "$directory" .
  rm -rf "$directory"
}

# native JAR ENTRY…: unpacks native libraries next to the runtime.
native() {
  local jar=$1
  shift
  mkdir -p "$stage/shared/opt/native"
  (cd "$stage/shared/opt/native" && "$JAVA_HOME/bin/jar" --extract --file "$jar" "$@" &&
    find . -mindepth 2 -name '*.so' -exec mv {} . \; && find . -mindepth 1 -type d -empty -delete)
}

stage_native() {
  local jar
  for jar in "${APP[hub]}"/target/app/lib/netty-transport-native-epoll-*-linux-*.jar; do
    [[ ! -f $jar ]] || native "$jar" META-INF/native
  done
  for jar in "${APP[cache]}"/target/app/lib/netty-tcnative-boringssl-static-*-linux-*.jar; do
    [[ ! -f $jar ]] || native "$jar" META-INF/native
  done
  for jar in "${APP[agent]}"/target/app/lib/jna-5*.jar; do
    [[ ! -f $jar ]] || native "$jar" com/sun/jna/linux-x86-64/libjnidispatch.so
  done
}

# is_native LIBRARY: a jar of nothing but native libraries, which have been unpacked.
is_native() {
  [[ $1 == netty-tcnative-boringssl-static-* ]]
}

stage_shared() {
  local library from service
  mkdir -p "$stage/shared/app/lib"
  while read -r library; do
    from=${APP[hub]}/target/app/lib/$library
    [[ -f $from ]] || from=${APP[agent]}/target/app/lib/$library
    copy_library "$from" "$stage/shared/app/lib"
  done <"$work/shared.libraries"
  for service in "${SERVICES[@]}"; do
    cp "${APP[$service]}/target/app/larder-$service.jar" "$stage/shared/app/lib/"
    printf 'larder-%s.jar\n' "$service" >>"$work/shared.libraries"
  done
  sed 's|^|/app/lib/|' "$work/shared.libraries" | paste -sd: >"$stage/shared/app/shared.classpath"
  cp "$here/java.options" "$here/health.sh" "$stage/shared/app/"
  stage_native
}

# stage_service NAME: its jar, its own libraries, its options with class path and main class.
stage_service() {
  local app=${APP[$1]}/target/app to=$stage/$1/app library main
  local jar=$app/larder-$1.jar
  main=$(unzip_manifest "$jar" | sed -n 's/^Main-Class: *//p' | tr -d '\r')
  [[ -n $main ]] || die "$jar names no Main-Class." "Build it: mvn -pl ${APP[$1]##*/} package"
  mkdir -p "$to/lib"
  for library in "$app"/lib/*.jar; do
    is_native "${library##*/}" || grep -qxF "${library##*/}" "$work/shared.libraries" || copy_library "$library" "$to/lib"
  done
  printf '%s\n' "$main" >"$to/main.class"
  { cat "$here/$1.options"
    printf -- '-cp\n%s%s\n%s\n' "$(cat "$stage/shared/app/shared.classpath")" \
      "$(find "$to/lib" -name '*.jar' -printf ':/app/lib/%f\n' | LC_ALL=C sort | tr -d '\n')" "$main"
  } >"$to/service.options"
}

unzip_manifest() {
  local directory
  directory=$(mktemp -d)
  (cd "$directory" && "$JAVA_HOME/bin/jar" --extract --file "$1" META-INF/MANIFEST.MF && cat META-INF/MANIFEST.MF)
  rm -rf "$directory"
}

rm -rf "$stage"
mkdir -p "$stage" "$out"
shared_libraries >"$work/shared.libraries"
stage_shared
pack "$stage/shared" "$out/shared.tar"
for service in "${SERVICES[@]}"; do
  stage_service "$service"
  pack "$stage/$service" "$out/$service.tar"
done
