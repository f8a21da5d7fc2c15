#!/usr/bin/env bash
# The widget in Chromium, on a page of another origin with a strict policy. Installs what it needs: chromium and Arabic fonts
# from Debian, playwright and axe from PyPI in a private environment (.build-browser-venv).
#   Scripts/browser.sh                          everything
#   Scripts/browser.sh streams_an_answer        one step
# PAGES=FOLDER keeps pictures of the pages there.
set -euo pipefail
cd "$(dirname "$0")/.."
requirements="playwright==1.65.2 axe-playwright-python==0.1.8"
missing=""
for package in chromium fonts-noto-core python3-venv; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
done
if [ -n "$missing" ]; then
    echo "installing Debian packages:$missing"
    root=""
    [ "$(id -u)" = 0 ] || root=sudo
    $root apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
venv=.build-browser-venv
if [ "$(cat $venv/installed.txt 2>/dev/null)" != "$requirements" ]; then
    echo "installing PyPI packages into $venv"
    [ -x $venv/bin/python ] || python3 -m venv $venv
    # shellcheck disable=SC2086
    $venv/bin/python -m pip install --quiet --disable-pip-version-check $requirements
    echo "$requirements" >$venv/installed.txt
fi
export KALAMNA=${KALAMNA:-$PWD/.build/${CONFIGURATION:-debug}/kalamna} PYTHONDONTWRITEBYTECODE=1
exec $venv/bin/python Tests/browser/test_widget.py "$@"
