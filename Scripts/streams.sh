#!/usr/bin/env bash
# Cuts a stream CUTS times (1,000) and resumes it; a second reader does not read.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/server.sh
folder=$(mktemp -d /tmp/kalamna-streams.XXXXXX)
trap 'kill $pid 2>/dev/null || true; rm -rf "$folder"' EXIT
pid=
start_server "$folder"
.build/${CONFIGURATION:-debug}/kalamna-bench streams --url "$url" --key "$key" --pid "$pid" --cuts "${CUTS:-1000}" \
    --slow-messages "${SLOW:-20000}" --growth-limit "${GROWTH:-32}"
