#!/bin/busybox sh
# shellcheck shell=sh
# The health check of the three images: whether the service in this container calls itself healthy.
#
# Engines before Docker 25 have one interval for a start and for ever after, and each probe costs 40 ms of processor,
# nearly all of it the engine's way into the container. So the interval is short, and a probe of a service that has
# been up for a while goes on asking in here: it ends at the first bad answer, or after 45 s of good ones.
set -u

START_SECONDS=60
busybox=/bin/busybox

# ask PAUSE…: for an answer within so many pauses, in seconds. They are the time limit: busybox's timeout and a probe
# that the engine kills leave processes behind that nobody reaps, as Java is the first process; and wget's own crashes
# in Debian 12.
ask() {
  "$busybox" wget -q -O /dev/null http://127.0.0.1:9600/health &
  asking=$!
  for pause; do
    "$busybox" sleep "$pause"
    # The shell has reaped it meanwhile if it has ended.
    kill -0 "$asking" 2>/dev/null || break
  done
  if kill "$asking" 2>/dev/null; then
    wait "$asking" || :
    echo "The service does not answer."
    exit 1
  fi
  wait "$asking" || exit 1
}

# seconds_up: of the first process. proc_pid_stat(5): field 22 is its start in hundredths of a second after boot; its
# name, field 2, is in parentheses.
seconds_up() {
  read -r since_boot _ </proc/uptime
  read -r stat </proc/1/stat
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  echo $((${since_boot%.*} - ${20} / 100))
}

ask 0.05 0.2 0.75 2
[ "$(seconds_up)" -ge "$START_SECONDS" ] || exit 0
for _ in 1 2 3; do
  ask 15
done
