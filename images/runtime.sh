#!/usr/bin/env bash
# runtime.sh OUT WORK APP…: packs a Java runtime with the modules that the jars in the APP folders use into OUT (a tar).
# Kept in WORK and made again only when the JDK or the modules change. JAVA_HOME is a JDK 25.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/node/utilities.sh
source "$here/../scripts/node/utilities.sh"

out=$1 work=$2
shift 2
apps=("$@")
runtime=$work/runtime/opt/java
# Used by name only, so that jdeps does not see them: JMX over Netty's and Logback's reflection, keep-alive options.
ALWAYS=(java.base java.logging java.management java.naming java.net.http jdk.management jdk.net jdk.unsupported)
# jdeps sees them in code that never runs here: Jackson's java.beans, annotations for javac, Kerberos, flight recording.
NEVER='^(java\.desktop|java\.compiler|java\.security\.jgss|jdk\.jfr|java\.rmi|java\.scripting|java\.prefs|java\.instrument)$'

# The security providers of java.base, the first of the JDK's list. One that the runtime does not have would be looked for on
# the class path with every handshake; Bouncy Castle's is found there and made instead, with 500 classes.
PROVIDERS='SUN|SunRsaSign|SunEC|SunJSSE|SunJCE'

# modules: one a line, sorted.
modules() {
  local app
  for app in "${apps[@]}"; do
    "$JAVA_HOME/bin/jdeps" --multi-release 25 --ignore-missing-deps --print-module-deps \
      --class-path "$app/lib/*" "$app"/*.jar "$app"/lib/*.jar 2>/dev/null | tail -n 1 | tr ',' '\n'
  done | cat - <(printf '%s\n' "${ALWAYS[@]}") | grep -E -v "$NEVER" | LC_ALL=C sort -u
}

# jars_stamp: changes when the JDK or any jar does.
jars_stamp() {
  local app
  { cat "$JAVA_HOME/release" "${BASH_SOURCE[0]}"
    for app in "${apps[@]}"; do
      (cd "$app" && sha256sum ./*.jar lib/*.jar)
    done; } | sha256sum
}

# The module list is kept too, since finding it takes longer than everything else in a run that changes nothing.
find_modules() {
  if [[ $(cat "$work/modules.stamp" 2>/dev/null) != "$(jars_stamp)" ]]; then
    step "finding the Java modules that the services use"
    modules >"$work/modules"
    jars_stamp >"$work/modules.stamp"
  fi
}

runtime_stamp() {
  cat "$JAVA_HOME/release" "$work/modules" "${BASH_SOURCE[0]}" | sha256sum
}

# strip_symbols FILE: the symbol tables that only a native debugger reads are 5 MB of the virtual machine. Uses this
# machine's strip, or Debian's without installing it; without either the file stays as it is.
strip_symbols() {
  local strip=strip tools=$work/binutils libraries=''
  if ! command -v strip >/dev/null; then
    mkdir -p "$tools"
    (cd "$tools" && apt-get download -q binutils-x86-64-linux-gnu libbinutils >"$work/apt.log" 2>&1 &&
      for deb in ./*.deb; do dpkg-deb --extract "$deb" .; done) || return 0
    strip=$(compgen -G "$tools/usr/bin/*-strip") libraries=$(compgen -G "$tools/usr/lib/*-linux-gnu")
  fi
  LD_LIBRARY_PATH=$libraries "$strip" --strip-unneeded "$1" || warn "$1 could not be stripped: the images are 5 MB larger"
}

find_modules
if [[ -f $out && $(cat "$work/runtime.stamp" 2>/dev/null) == "$(runtime_stamp)" ]]; then
  exit 0
fi
step "linking a Java runtime of $(wc -l <"$work/modules") modules"
rm -rf "$work/runtime"
mkdir -p "$(dirname "$runtime")"
quietly "$work/jlink.log" "$JAVA_HOME/bin/jlink" --add-modules "$(paste -sd, "$work/modules")" --output "$runtime" \
  --vm=server --strip-debug --no-header-files --no-man-pages --compress=zip-9 ||
  die "The Java runtime could not be linked." "Look at $work/jlink.log."
rm -f "$runtime"/bin/{keytool,jwebserver,rmiregistry,jrunscript} "$runtime/lib/jrt-fs.jar"
strip_symbols "$runtime/lib/server/libjvm.so"
sed -i -E "/^security\.provider\.[0-9]+=/{/=($PROVIDERS)\$/!d}" "$runtime/conf/security/java.security"
tar --create --file "$out" --directory "$work/runtime" --sort=name --mtime=2026-01-01T00:00:00Z --owner=0 --group=0 \
  --numeric-owner --format=gnu .
runtime_stamp >"$work/runtime.stamp"
