#!/usr/bin/env bash
# Hot hits: the cache module's image beside nginx's cache, each pinned to core 0 with one worker, load and origin on
# core 1, over loopback. The two take turns, after a warm-up that is long enough for the JVM's compiler. Prints one
# table: the median of the runs, their spread, the processor time of the cache itself, and both as ratios to nginx.
#
#   bench/hot.sh [RUNS] [SECONDS] [WARM-UP SECONDS]       default 5 runs of 5 seconds after 20
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib/common.sh
source "$here/../scripts/lib/common.sh"

runs=${1:-5}
seconds=${2:-5}
warm_up=${3:-20}
work=
readonly ORIGIN=127.0.0.1:18480 NGINX=127.0.0.1:18481 LARDER=127.0.0.1:18482
readonly CONTAINER=larder-bench-cache IMAGE=larder-cache:1.0.0

clean_up() {
  docker rm --force "$CONTAINER" >/dev/null 2>&1 || true
  local pid
  for pid in "$work"/*.pid; do
    [[ -e $pid ]] && kill "$(cat "$pid")" 2>/dev/null
  done
  rm -rf "$work"
}

make_files() {
  mkdir -p "$work/files" "$work/store" "$work/identity" "$work/data" "$work/drive"
  head -c 4096 /dev/urandom >"$work/files/4k.bin"
  head -c 1048576 /dev/urandom >"$work/files/1m.bin"
  chmod -R a+rX "$work"
}

start_origin() {
  cat >"$work/origin.conf" <<CONF
worker_processes 1; pid $work/origin.pid; error_log $work/origin.log; user root;
events { worker_connections 1024; }
http { access_log off; sendfile on; server { listen $ORIGIN; root $work/files; } }
CONF
  taskset -c 1 nginx -c "$work/origin.conf"
}

start_nginx() {
  cat >"$work/nginx.conf" <<CONF
worker_processes 1; pid $work/nginx.pid; error_log $work/nginx.log; user root;
events { worker_connections 4096; multi_accept on; use epoll; }
http {
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000000;
  proxy_cache_path $work/store levels=2:2 keys_zone=c:10m max_size=1g use_temp_path=off;
  proxy_temp_path $work/tmp; client_body_temp_path $work/b; fastcgi_temp_path $work/f;
  uwsgi_temp_path $work/u; scgi_temp_path $work/s;
  server {
    listen $NGINX;
    location / {
      proxy_cache c; proxy_cache_lock on; proxy_cache_valid 200 206 1d; proxy_cache_key \$uri;
      proxy_pass http://$ORIGIN;
    }
  }
}
CONF
  taskset -c 0 nginx -c "$work/nginx.conf"
}

# The image as a node runs it, but for the network: the host's, as a client on the LAN does not pass the userland proxy.
start_larder() {
  local node=00000000-0000-4000-8000-000000000001
  cat >"$work/identity/identity.json" <<JSON
{"customerId":"$node","cacheNodeId":"$node","moduleId":"cache","generation":"1","hubHost":"127.0.0.1","hubPort":1}
JSON
  head -c 32 /dev/zero | base64 >"$work/identity/key"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=bench \
    -keyout /dev/null -out "$work/identity/trust.pem" 2>/dev/null
  cat >"$work/data/desired.json" <<JSON
{"drives":[{"path":"/cache/1","hostPath":"$work/drive","sizeBytes":1000000000}],
 "origins":[{"host":"$ORIGIN","scheme":"http","contentType":"Bench","allowPrivateAddress":true}],
 "trafficEvery":"PT5S",
 "updates":{"schedule":{"ring":"fast","checkEvery":"PT1H"},"current":"1.0.0","offers":[]}}
JSON
  chown -R 10000:10000 "$work/data" "$work/drive"
  docker run --detach --name "$CONTAINER" --network host --cpuset-cpus 0 --read-only --cap-drop ALL --tmpfs /tmp \
    --label dev.larder.test=bench \
    --volume "$work/identity:/run/larder:ro" --volume "$work/data:/data" --volume "$work/drive:/cache/1" \
    --env LARDER_HTTP_PORT="${LARDER#*:}" --env LARDER_SUMMARY_PORT=18483 --env LARDER_HEALTH_PORT=18484 \
    "$IMAGE" >/dev/null
  wait_until 30 "the cache to answer" fetch larder 4k.bin || die "The cache does not answer" "$(docker logs "$CONTAINER")"
}

url() {
  case $1 in
    nginx) printf 'http://%s/%s' "$NGINX" "$2" ;;
    larder) printf 'http://%s/%s?cacheHostOrigin=%s' "$LARDER" "$2" "$ORIGIN" ;;
  esac
}

fetch() {
  curl --silent --fail --max-time 5 --output /dev/null "$(url "$1" "$2")"
}

# pids PEER: the processes of the cache under test.
pids() {
  case $1 in
    nginx) printf '%s ' "$(cat "$work/nginx.pid")" "$(cat "/proc/$(cat "$work/nginx.pid")/task/$(cat "$work/nginx.pid")/children")" ;;
    larder) docker inspect --format '{{.State.Pid}}' "$CONTAINER" ;;
  esac
}

# ticks PEER: processor time, user and system, of the cache under test, in clock ticks.
ticks() {
  local pid
  for pid in $(pids "$1"); do
    sed 's/.*) //' "/proc/$pid/stat"
  done | awk '{t += $12 + $13} END {print t}'
}

# load PEER FILE SECONDS: requests a second over 32 connections; fails on any error or answer that is not 2xx.
load() {
  taskset -c 1 wrk -t 1 -c 32 -d "${3}s" "$(url "$1" "$2")" |
    awk '/requests in/ {n = $1} /Requests\/sec/ {r = $2} /Non-2xx|Socket errors/ {bad = 1} END {if (bad || !r) exit 1; print r, n}'
}

# measure PEER FILE: requests a second and processor µs a request.
measure() {
  local before rate requests
  before=$(ticks "$1")
  read -r rate requests < <(load "$1" "$2" "$seconds")
  awk -v r="$rate" -v n="$requests" -v t="$(($(ticks "$1") - before))" -v hz="$(getconf CLK_TCK)" \
    'BEGIN {print r, t / hz * 1e6 / n}'
}

# statistics FILE COLUMN: median, least and most of its numbers.
statistics() {
  awk -v c="$2" '{print $c}' "$1" | sort -g | awk '{v[NR] = $1} END {printf "%s %s %s\n", v[int((NR + 1) / 2)], v[1], v[NR]}'
}

row() {
  local file=$1 what=$2 factor=$3 unit=$4 peer nginx nginx_cpu
  read -r nginx _ < <(statistics "$work/nginx.$file" 1)
  read -r nginx_cpu _ < <(statistics "$work/nginx.$file" 2)
  for peer in nginx larder; do
    echo "$(statistics "$work/$peer.$file" 1) $(statistics "$work/$peer.$file" 2)" |
      awk -v peer="$peer" -v what="$what" -v f="$factor" -v unit="$unit" -v n="$nginx" -v c="$nginx_cpu" '
      BEGIN {number = f == 1 ? "%.0f" : "%.2f"}
      {printf "| %s | %s | " number " %s | " number " to " number " | %.2f | %.1f | %.1f to %.1f | %.2f |\n",
        what, peer, $1 * f, unit, $2 * f, $3 * f, $1 / n, $4, $5, $6, $4 / c}'
  done
}

main() {
  as_root "$@"
  ensure_packages nginx-light wrk openssl curl
  ensure_engine
  docker image inspect "$IMAGE" >/dev/null 2>&1 || die "There is no image $IMAGE." "Run: ./scripts/images.sh"
  work=$(mktemp -d)
  trap clean_up EXIT
  make_files
  start_origin
  start_nginx
  start_larder
  local file peer run
  for file in 4k.bin 1m.bin; do
    for peer in nginx larder; do
      fetch "$peer" "$file"
      load "$peer" "$file" "$warm_up" >/dev/null
    done
    for ((run = 1; run <= runs; run++)); do
      for peer in nginx larder; do
        measure "$peer" "$file" >>"$work/$peer.$file"
      done
    done
  done
  printf '| hot hits, one core | cache | median of %d | spread | to nginx | CPU µs a request | spread | to nginx |\n' "$runs"
  printf '| --- | --- | --- | --- | --- | --- | --- | --- |\n'
  row 4k.bin '4 KiB' 1 'requests/s'
  row 1m.bin '1 MiB' 0.001048576 'GB/s'
}

main "$@"
