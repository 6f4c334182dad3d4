#!/bin/sh
# Install the judge's toolchains: sh toolchains.sh [LANGUAGE...]; without names, all of toolchains.txt.
# Exits with the number of languages whose packages could not be installed.
set -eu

list=$(dirname "$0")/toolchains.txt

fail() {
    echo "toolchains: $1" >&2
    exit 1
}

packages_of() {
    sed -n "s/^$1  *//p" "$list"
}

command -v apt-get >/dev/null || fail "apt-get is missing: only Debian's packages are known ($list lists them)"
[ "$(id -u)" -eq 0 ] || fail "packages are installed by root: sudo make toolchains"

[ $# -gt 0 ] || set -- $(sed -n 's/^\([a-z0-9]*\) .*/\1/p' "$list")
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet=2 || fail "apt-get update failed"

failed=0
for language in "$@"; do
    packages=$(packages_of "$language")
    [ -n "$packages" ] || fail "$language is not in $list"
    # shellcheck disable=SC2086  # several words on purpose
    if apt-get install --quiet=2 --yes --no-install-recommends $packages >/dev/null; then
        echo "installed  $language  ($packages)"
    else
        echo "FAILED     $language  ($packages)" >&2
        failed=$((failed + 1))
    fi
done
exit "$failed"
