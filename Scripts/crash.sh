#!/usr/bin/env bash
# Kills the server at random while customers write, on each engine; KILLS times (100).
set -euo pipefail
cd "$(dirname "$0")/.."
python=.build-python/bin/python
folder=$(mktemp -d /tmp/kalamna-crash.XXXXXX)
trap '$python Scripts/postgres.py stop "$folder/pg" 2>/dev/null || true; rm -rf "$folder"' EXIT
mkdir "$folder/pg"
configuration=${CONFIGURATION:-debug}
bench=.build/$configuration/kalamna-bench
kalamna=.build/$configuration/kalamna
$bench crash --server $kalamna --engine sqlite --kills "${KILLS:-100}"
url=$($python Scripts/postgres.py start "$folder/pg" 2>/dev/null)
$bench crash --server $kalamna --engine postgres --database-url "$url" --kills "${KILLS:-100}"
