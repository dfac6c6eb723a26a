#!/usr/bin/env bash
# sizes.sh TAG: prints each image's size and what the three take together, layers that they share counted once.
set -euo pipefail

tag=$1
images=("larder-agent:$tag" "larder-hub:$tag" "larder-cache:$tag")

# layers IMAGE: 'digest bytes' a line, oldest layer first. The history names the sizes, the root file system the
# digests; entries of the history that made no layer have size 0.
layers() {
  paste -d ' ' \
    <(docker image inspect --format '{{range .RootFS.Layers}}{{println .}}{{end}}' "$1" | grep .) \
    <(docker image history --no-trunc --human=false --format '{{.Size}}' "$1" | tac | grep -v '^0$')
}

mb() {
  awk -v bytes="$1" 'BEGIN { printf "%.1f", bytes / 1e6 }'
}

printf '\n%-22s %10s\n' image MB
for image in "${images[@]}"; do
  printf '%-22s %10s\n' "$image" "$(mb "$(docker image inspect --format '{{.Size}}' "$image")")"
done
distinct=$(for image in "${images[@]}"; do layers "$image"; done | sort -u | awk '{ sum += $2 } END { print sum }')
printf '%-22s %10s\n' 'the three, distinct' "$(mb "$distinct")"
