#!/usr/bin/env bash
# Installs what the tests run against on Debian and Ubuntu: PortAudio, a JACK server, fluidsynth
# with its recorded instruments, Pure Data, SuperCollider's language, a virtual screen, espeak-ng,
# Ecasound.
# Elsewhere, or without root, it says what is missing; the tests that need it then say that they were
# skipped (in CI they fail).
set -euo pipefail

packages=(
    libportaudio2 jackd2 libasound2 fluidsynth fluid-soundfont-gm puredata-core xvfb xauth
    supercollider-language
    libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0
    libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0
    libdbus-1-3 libfontconfig1 espeak-ng ecasound
)

command -v dpkg-query > /dev/null || { echo "not a Debian system: install PortAudio, JACK, fluidsynth, Pure Data, SuperCollider and Xvfb yourself"; exit 0; }
missing=()
for package in "${packages[@]}"; do
    # A package may have been renamed (libasound2 -> libasound2t64): what provides it counts.
    installed=$(dpkg-query -W -f='${Status}\n' "$package" "${package}t64" 2> /dev/null || true)
    [[ "$installed" == *"install ok installed"* ]] || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0
sudo=""
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2> /dev/null; then
        echo "tests that need these packages will be skipped: apt install ${missing[*]}"
        exit 0
    fi
    sudo="sudo"
fi
echo "Installing for the tests: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
