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

# The compiler inside the Jupyter kernel of Kotlin's makers: Debian's is of 2019. The hash names one file for ever.
KOTLIN_KERNEL="kotlin-jupyter-kernel==0.19.0.944 --hash=sha256:dc654a426a28e6621aeb0bd7772d268a9a877aabae4a17b73383752a416281a3"
KOTLIN=/usr/local/lib/kotlin

install_kotlin() {
    work=$(mktemp -d)
    echo "$KOTLIN_KERNEL" >"$work/requirements.txt"
    python3 -m venv "$work/venv" \
        && "$work/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
            --dest "$work" --requirement "$work/requirements.txt" \
        && python3 -m zipfile --extract "$work"/kotlin_jupyter_kernel-*.whl "$work" \
        && mkdir --parents "$KOTLIN" /usr/local/bin \
        && cp "$work"/run_kotlin_kernel/jars/kotlin-jupyter-kernel-*-all.jar "$KOTLIN/kotlin-compiler.jar" \
        && for part in stdlib reflect script-runtime; do
            cp "$work"/run_kotlin_kernel/jars/kotlin-$part-*.jar "$KOTLIN/kotlin-$part.jar" || return 1
        done \
        && java -cp "$KOTLIN/*" org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -no-stdlib -no-reflect -version 2>&1 \
            | sed -n 's/^info: //p' >"$KOTLIN/version" \
        && printf '#!/bin/sh\n[ "$*" != -version ] || exec cat %s/version\nexec java -cp "%s/*" %s "$@"\n' \
            "$KOTLIN" "$KOTLIN" org.jetbrains.kotlin.cli.jvm.K2JVMCompiler >/usr/local/bin/kotlinc \
        && chmod a+rX -R "$KOTLIN" && chmod 755 /usr/local/bin/kotlinc
    installed=$?
    rm -rf "$work"
    return $installed
}

# Somebody's own toolchain, newer than Debian's, for programs that may not look into their home. Links, where they can be.
copy_rust() {
    sysroot=$(rustc --print sysroot 2>/dev/null) || return 1
    [ "$sysroot" != /usr/local/lib/rust ] || return 0
    [ "${sysroot#/usr}" = "$sysroot" ] || return 1
    rm -rf /usr/local/lib/rust && mkdir --parents /usr/local/lib/rust /usr/local/bin
    for part in bin lib; do
        cp --archive --link "$sysroot/$part" /usr/local/lib/rust/ 2>/dev/null \
            || cp --archive "$sysroot/$part" /usr/local/lib/rust/ || return 1
    done
    printf '#!/bin/sh\nexec /usr/local/lib/rust/bin/rustc "$@"\n' >/usr/local/bin/rustc && chmod 755 /usr/local/bin/rustc
}

install_more() {
    case $1 in kotlin) install_kotlin ;; esac
}

failed=0
for language in "$@"; do
    packages=$(packages_of "$language")
    [ -n "$packages" ] || fail "$language is not in $list"
    # shellcheck disable=SC2086  # several words on purpose
    if { [ "$language" = rust ] && copy_rust; } \
        || { apt-get install --quiet=2 --yes --no-install-recommends $packages >/dev/null && install_more "$language"; }; then
        echo "installed  $language  ($packages)"
    else
        echo "FAILED     $language  ($packages)" >&2
        failed=$((failed + 1))
    fi
done
exit "$failed"
