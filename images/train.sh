#!/bin/busybox sh
# shellcheck shell=sh
# Makes the class archive. Runs in a container of the Dockerfile's base stage, in busybox's sh, with the services at
# /training and the archive's folder at /archive.
#
# One archive for three programs cannot come from -XX:AOTCacheOutput, which follows one program. It comes from the
# class lists of all three, merged: a class or lambda once, without the numbers that are only good within one list, and
# without classes of other loaders, which those numbers refer to. A class that is not on the shared class path (the
# services' own) is left out by the dump.
#
# Not with -XX:+AOTClassLinking: every service would load the classes of all three as it starts, and write to their pages,
# for 0.1 s less.
set -eu

busybox=/bin/busybox
java=/opt/java/bin/java
lists=/tmp/lists
classes=/tmp/classes
limit_seconds=120
shared=$("$busybox" cat /app/shared.classpath)

# same_machine OPTION…: Java with the options that the archive must have in common with those who use it.
same_machine() {
  "$busybox" timeout "$limit_seconds" "$java" -XX:+UseCompactObjectHeaders -XX:+UseSerialGC \
    -Djava.library.path=/opt/native -Djna.boot.library.path=/opt/native -Djna.nounpack=true \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow "$@"
}

# record SERVICE: the service's own training run, and the list of the classes it loaded.
record() {
  app=/training/$1/app
  own=$("$busybox" find "$app" -name '*.jar' | "$busybox" sort | "$busybox" tr '\n' ':')
  echo "training the $1"
  same_machine -XX:DumpLoadedClassList="$lists/$1" -cp "$shared:$own" "$("$busybox" cat "$app/main.class")" --train ||
    { echo "the training run of the $1 ended with $? (143: not within $limit_seconds s)" >&2; exit 1; }
}

"$busybox" mkdir -p "$lists"
if [ "$TRAIN" = true ]; then
  for service in agent hub cache; do
    record "$service"
  done
  # shellcheck disable=SC2016 # awk's own field
  "$busybox" grep -h -v 'source:' "$lists"/* | "$busybox" sed 's/ id: [0-9]*$//' |
    "$busybox" awk '!seen[$0]++' >"$classes"
else
  "$busybox" cp /opt/java/lib/classlist "$classes"
fi
same_machine -Xshare:dump -Xlog:disable -Xlog:all=error:stderr \
  -XX:SharedClassListFile="$classes" -XX:SharedArchiveFile=/archive/larder.jsa -cp "$shared"
"$busybox" chmod 0444 /archive/larder.jsa
