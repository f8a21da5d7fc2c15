#!/usr/bin/env bash
# Hostile texts through all that reads messages and files (kalamna-bench fuzz). Names the text when one of them ends the process.
#   BENCH          the release program (.build/release/kalamna-bench)
#   FUZZ_SECONDS   600      FUZZ_SEED  a random one
set -euo pipefail
cd "$(dirname "$0")/.."
bench=${BENCH:-.build/release/kalamna-bench}
seed=${FUZZ_SEED:-$((RANDOM + 1))}
folder=$(mktemp -d /tmp/kalamna-fuzz.XXXXXX)
trap 'rm -rf "$folder"' EXIT

# fuzz SECONDS OPTION…: 1 is a failed check, anything above a crash or the alarm of what hangs.
fuzz() {
    local status=0
    "$bench" fuzz --seconds "$1" --seed "$seed" --journal "$folder/journal" "${@:2}" || status=$?
    if [ $status -gt 1 ]; then
        read -r text step <"$folder/journal" || true
        echo "ended with $status in \"$(echo "$step" | xargs)\": $bench fuzz --text --replay $text" >&2
    fi
    return $status
}

# Two processes hash differently; what they read out of a text must not.
digest() { fuzz 120 --executions 200 | sed -n 's/^digest *//p'; }
first=$(digest || true)
second=$(digest || true)
if [ -n "$first" ] && [ "$first" != "$second" ]; then
    echo "two processes with seed $seed read the same texts differently" >&2
    exit 1
fi
fuzz "${FUZZ_SECONDS:-600}"
