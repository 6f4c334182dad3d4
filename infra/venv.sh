#!/bin/sh
# Create a virtual environment with the first Python that is new enough: sh infra/venv.sh DIRECTORY
set -eu

fail() {
    echo "make: $1" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

if [ -x "$1/bin/python" ] && is_new_enough "$1/bin/python" && "$1/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi

# What is replaced below has to be a virtual environment, whole or half made.
if [ -e "$1" ] && [ ! -f "$1/pyvenv.cfg" ]; then
    rmdir "$1" 2>/dev/null || fail "$1 is no virtual environment: move it away"
fi

for python in python3 python3.11 python3.12 python3.13 python3.14; do
    if is_new_enough "$python"; then
        rm -rf "$1"
        "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
            fail "$python cannot create virtual environments (on Debian: apt install python3-venv)"
        echo "creating $1 with $($python --version)"
        "$python" -m venv "$1" >/dev/null || fail "$python -m venv $1 failed"
        exit 0
    fi
done
fail "Python 3.11 or newer is needed (on Debian: apt install python3 python3-venv)"
