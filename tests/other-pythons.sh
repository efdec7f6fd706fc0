#!/usr/bin/env bash
# The host's unit tests, and those of real MIDI ports, on other Pythons than that of .venv, each in
# .venv-VERSION with the host and MIDI and hub alone: no torch, no Qt. An interpreter is looked for on the
# PATH and in pyenv; what was found is printed.
#     tests/other-pythons.sh [ready] [VERSION ...]        default: the oldest and the newest that matter
# With `ready` all is installed and compiled that the tests need, and none is run.
set -euo pipefail
cd "$(dirname "$0")/.."

ready_only=
if [ "${1:-}" = ready ]; then
    ready_only=yes
    shift
fi
versions=("$@")
[ "${#versions[@]}" -gt 0 ] || versions=(3.11 3.13)

interpreter() {  # of a version such as 3.13; nothing if there is none
    local found
    for found in "$(command -v "python$1" || true)" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python; do
        if [ -x "$found" ] && "$found" -c 'import venv, ensurepip' 2> /dev/null; then
            echo "$found"
            return
        fi
    done
}

twice() {  # a command of pytest; what failed once more, as in the Makefile
    "$@" || { [ $? -eq 1 ] && "$@" --last-failed --last-failed-no-failures none; }
}

own=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2> /dev/null || true)
# Their subjects need torch.
mapfile -t without < <(grep -rlE '^(import|from) (torch|rtsynth_models|rtsynth_train)' tests/rtsynth)

for version in "${versions[@]}"; do
    if [ "$version" = "$own" ]; then
        echo "Python $version: that of .venv, which the whole suite runs on"
        continue
    fi
    python=$(interpreter "$version")
    if [ -z "$python" ]; then
        echo "Python $version: NOT FOUND on the PATH or in pyenv: the host was not tested on it"
        continue
    fi
    venv=.venv-$version
    echo "Python $version: $("$python" -V) ($python), in $venv; left out, for want of torch: ${without[*]}"
    if [ ! "$venv/.installed" -nt pyproject.toml ] || [ ! "$venv/.installed" -nt constraints.txt ]; then
        "$python" -m venv "$venv"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt \
            -e '.[midi,hub]' pytest pytest-xdist hypothesis scipy
        touch "$venv/.installed"
    fi
    "$venv/bin/python" -m tests.warm
    [ -z "$ready_only" ] || continue
    twice "$venv/bin/python" -m pytest tests/rtsynth -q -o cache_dir=".pytest_cache/$version" -m "not system and not measure" \
        --numprocesses 2 --dist loadfile "${without[@]/#/--ignore=}"
    twice "$venv/bin/python" -m pytest tests/rtsynth/control/midi -q -o cache_dir=".pytest_cache/$version" -m system
done
