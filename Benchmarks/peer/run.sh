#!/usr/bin/env bash
# Makes the venv when needed and becomes the server. Prints "READY <widget key>" when it serves.
set -euo pipefail
cd "$(dirname "$0")"
venv=${BENCH_VENV:-/tmp/kalamna-bench-venv}

# The newest Python that starts, from 3.13 down to 3.11 (BENCH_PYTHON decides otherwise).
python=${BENCH_PYTHON:-}
for candidate in python3.13 ~/.pyenv/versions/3.13.*/bin/python python3.12 ~/.pyenv/versions/3.12.*/bin/python python3; do
    [ -n "$python" ] && break
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && python=$candidate
done
[ -n "$python" ] || { echo "run.sh: no Python 3.11 or newer" >&2; exit 1; }

stamp="$venv/.peer-requirements"
if ! cmp -s requirements.txt "$stamp"; then
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r requirements.txt >&2
    cp requirements.txt "$stamp"
fi
export PYTHONDONTWRITEBYTECODE=1
exec "$venv/bin/python" serve.py
