#!/bin/sh
# Pins every package with hashes for all platforms. Needs uv. Run from anywhere.
set -eu
cd "$(dirname "$0")"
pin() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --custom-compile-command "sh requirements/compile.sh" "$1" -o "$2"
}
pin core.in ../requirements.txt
pin authors.in authors.txt
pin browser.in browser.txt
pin lab.in lab.txt
pin cluster.in cluster.txt
