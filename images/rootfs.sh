#!/usr/bin/env bash
# rootfs.sh OUT WORK scratch|other REFRESH: packs the root file system into OUT (a tar). On another base than scratch it
# holds only what Larder adds to it. WORK keeps the downloaded packages, so that the next run needs no network, unless
# REFRESH is true: then the package lists and all packages are fetched anew.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/node/utilities.sh
source "$here/../scripts/node/utilities.sh"

out=$1 work=$2 base=$3 refresh=$4
debs=$work/debs root=$work/rootfs part=$1.part
# The same bytes from the same packages.
epoch=2026-01-01T00:00:00Z

# refresh_packages: those of before stay until all new ones are here.
refresh_packages() {
  local packages=()
  mapfile -t packages <"$here/packages.txt"
  step "fetching new package lists and Debian packages: ${packages[*]}"
  rm -rf "$debs.new"
  mkdir -p "$debs.new"
  # A mirror that does not answer would leave an old list in force.
  { update_lists --error-on=any && fetch "$debs.new" "${packages[@]}"; } ||
    die "The Debian packages could not be fetched anew; those of before are kept." \
      "Look at $work/apt.log; 'apt-get update' and 'apt-get download' must work here."
  rm -rf "$debs"
  mv "$debs.new" "$debs"
}

download_packages() {
  local package missing=()
  mkdir -p "$debs"
  while read -r package; do
    compgen -G "$debs/${package}_*.deb" >/dev/null || missing+=("$package")
  done <"$here/packages.txt"
  ((${#missing[@]})) || return 0
  step "fetching Debian packages: ${missing[*]}"
  fetch "$debs" "${missing[@]}" || { update_lists && fetch "$debs" "${missing[@]}"; } ||
    die "Debian packages could not be fetched: ${missing[*]}" "Look at $work/apt.log; 'apt-get download' must work here."
}

# update_lists OPTION…
update_lists() {
  with_root apt-get update -q "$@" >"$work/apt.log" 2>&1
}

# fetch FOLDER PACKAGE…
fetch() {
  local to=$1
  shift
  (cd "$to" && apt-get download -q "$@" >"$work/apt.log" 2>&1)
}

# unpack PACKAGE: into $root.
unpack() {
  local deb
  for deb in "$debs/$1"_*.deb; do
    dpkg-deb --extract "$deb" "$2"
  done
}

# What a container with one Java process never opens. The copyright files stay.
prune() {
  local lib
  for lib in "$root"/lib/*-linux-gnu "$root"/usr/lib/*-linux-gnu; do
    rm -rf "$lib"/{gconv,audit}
    (cd "$lib" && rm -f libmvec.so.* libc_malloc_debug.so.* libmemusage.so libpcprofile.so libthread_db.so.* \
      libnsl.so.* libnss_compat.so.* libnss_hesiod.so.* libBrokenLocale.so.*)
  done
  find "$root/usr/share" -mindepth 1 -maxdepth 1 ! -name doc ! -name zoneinfo ! -name common-licenses -exec rm -rf {} +
  find "$root/usr/share/doc" -type f ! -name copyright -delete
  rm -rf "$root"/usr/share/zoneinfo/{right,posix}
  (cd "$root" && rm -rf boot home media mnt opt srv root var sbin usr/sbin usr/games)
  (cd "$root/etc" && rm -rf update-motd.d motd issue issue.net profile.d dpkg skel ld.so.conf.d ld.so.conf gai.conf)
  find "$root" -mindepth 1 -type d -empty -delete
}

unpack_debian() {
  local package bundle=$root/etc/ssl/certs/ca-certificates.crt
  while read -r package; do
    [[ $package == libc-bin ]] || unpack "$package" "$root"
  done <"$here/packages.txt"
  mkdir -p "$(dirname "$bundle")"
  find "$root/usr/share/ca-certificates" -name '*.crt' | sort | xargs cat >"$bundle"
  prune
  # Of libc-bin the UTF-8 locale alone: without it Java cannot name files outside ASCII.
  unpack libc-bin "$work/libc-bin"
  mkdir -p "$root/usr/lib/locale"
  cp -a "$work/libc-bin/usr/lib/locale/C.utf8" "$root/usr/lib/locale/"
  printf 'larder:x:10000:10000:Larder:/data:/bin/false\n' |
    cat <(printf 'root:x:0:0:root:/:/bin/false\n') - >"$root/etc/passwd"
  printf 'root:x:0:\nlarder:x:10000:\n' >"$root/etc/group"
  printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
}

# pack OWNER MODE PATH…: adds to the tar with one owner for all.
pack() {
  local owner=$1
  shift
  tar --append --file "$part" --directory "$root" --sort=name --mtime="$epoch" --owner="$owner" --group="$owner" \
    --numeric-owner --format=gnu "$@"
}

rm -rf "$root" "$work/libc-bin" "$part"
mkdir -p "$root"
[[ $refresh == false ]] || refresh_packages
download_packages
if [[ $base == scratch ]]; then
  unpack_debian
else
  unpack busybox-static "$work/libc-bin"
  mkdir -p "$root/bin"
  cp "$work/libc-bin/bin/busybox" "$root/bin/"
fi
tar --create --file "$part" --files-from /dev/null
if [[ $base == scratch ]]; then
  pack 0 .
else
  # No entry for the folder: on another base /bin may be a symbolic link, and stays one.
  pack 0 ./bin/busybox
fi
mkdir -p "$root/data" "$root/tmp" "$root/run/larder"
chmod 0700 "$root/data"
chmod 1777 "$root/tmp"
chmod 0755 "$root/run/larder"
pack 10000 --no-recursion ./data
pack 0 --no-recursion ./tmp ./run/larder
mv "$part" "$out"
