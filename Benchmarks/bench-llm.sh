#!/usr/bin/env bash
# What a server adds to the time that a model takes: Kalamna, and FastAPI + LangChain, before a scripted provider of fixed pace (the first token
# after 200 ms, then 50 a second), beside the same client talking to the provider itself. One table.
#   KALAMNA, BENCH   the release programs (.build/release/kalamna, .build/release/kalamna-bench)
#   BENCH_SESSIONS   1,16,64      BENCH_SECONDS  20      BENCH_PEER  0: without the peer
#   BENCH_VENV       where the peer is installed (/tmp/kalamna-bench-venv-llm)
set -euo pipefail
cd "$(dirname "$0")/.."
kalamna=$(readlink -f "${KALAMNA:-.build/release/kalamna}")
bench=$(readlink -f "${BENCH:-.build/release/kalamna-bench}")
venv=${BENCH_VENV:-/tmp/kalamna-bench-venv-llm}
export PYTHONDONTWRITEBYTECODE=1

if [ "${BENCH_PEER:-1}" = 1 ] && ! cat Benchmarks/peer/requirements.txt Benchmarks/llm/requirements.txt | cmp -s - "$venv/.requirements"; then
    # The newest Python that starts, from 3.13 down to 3.11 (BENCH_PYTHON decides otherwise).
    newest=${BENCH_PYTHON:-}
    for candidate in python3.13 ~/.pyenv/versions/3.13.*/bin/python python3.12 ~/.pyenv/versions/3.12.*/bin/python python3; do
        [ -n "$newest" ] && break
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && newest=$candidate
    done
    [ -n "$newest" ] || { echo "no Python 3.11 or newer" >&2; exit 1; }
    echo "installing FastAPI and LangChain into $venv" >&2
    [ -x "$venv/bin/python" ] || "$newest" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r Benchmarks/llm/requirements.txt >&2
    cat Benchmarks/peer/requirements.txt Benchmarks/llm/requirements.txt >"$venv/.requirements"
fi

peer=()
if [ "${BENCH_PEER:-1}" = 1 ]; then peer=(--peer "$venv/bin/python"); fi
python3 Benchmarks/llm/pace.py --kalamna "$kalamna" --bench "$bench" "${peer[@]}" \
    --sessions "${BENCH_SESSIONS:-1,16,64}" --seconds "${BENCH_SECONDS:-20}"
