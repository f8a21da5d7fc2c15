#!/usr/bin/env bash
# Installs what the build, the tests and the benchmarks need and this machine lacks: Debian packages, and PyPI packages
# in a private environment (.build-python). Says what it does; fails when it can't.
#   Scripts/install.sh build         to compile and run
#   Scripts/install.sh test          and to test
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-build}

packages="libsqlite3-dev zlib1g-dev ca-certificates"
if [ "$what" = test ]; then packages="$packages libpq5 python3-venv procps curl poppler-utils"; fi
missing=""
for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
done
if [ -n "$missing" ]; then
    echo "installing Debian packages:$missing"
    root=""
    [ "$(id -u)" = 0 ] || root=sudo
    $root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
command -v swift >/dev/null || { echo "Swift 6.3 is needed: https://www.swift.org/install" >&2; exit 1; }

if [ "$what" = test ] && ! cmp -s Scripts/requirements.txt .build-python/installed.txt; then
    echo "installing PyPI packages into .build-python"
    [ -x .build-python/bin/python ] || python3 -m venv .build-python
    .build-python/bin/python -m pip install --quiet --disable-pip-version-check -r Scripts/requirements.txt
    cp Scripts/requirements.txt .build-python/installed.txt
fi
