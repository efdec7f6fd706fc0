"""Makes the preview of a plugin, in a process that gives way to all others.

`python -m rtsynth_gui.browser.making PLUGIN` prints the sound file, and renders it where it is not
there yet: the window, which waits for that, reads and writes none of these files itself.
"""

import io
import os
import sys
from hashlib import blake2b
from pathlib import Path

import soundfile

from rtsynth.common.errors import InputError, RtsynthError
from rtsynth.common.files.atomic import atomic_write, make_folder
from rtsynth.common.plain_text import plain
from rtsynth.common.user_folders import cache_folder
from rtsynth.plugin.attachments import read_attachments
from rtsynth.plugin.file import load_manifest
from rtsynth.plugin.library import resolve
from rtsynth.plugin.manifest import FASTEST_HZ
from rtsynth.plugin.phrase import SECONDS, phrase

MOST_KEPT = 64
VERSION = 1  # of what is rendered
LOWEST_PRIORITY = 19
LONGEST_S = 30  # of a preview that a file brings


def previews_folder() -> Path:
    """Where they are: `RTSYNTH_PREVIEWS`, or in the cache folder. Anything may be deleted there."""
    chosen = os.environ.get("RTSYNTH_PREVIEWS")
    return Path(chosen) if chosen else cache_folder()[0] / "previews"


def preview_file(plugin: Path) -> Path:
    """Where the preview of a plugin's file is, as it is now.

    Raises:
        InputError: there is no such file.
    """
    try:
        about = plugin.stat()
    except OSError as error:
        raise InputError(f"{plugin}: {error.strerror}") from error
    known = f"{VERSION} {plugin.resolve()} {about.st_size} {about.st_mtime_ns}"
    digest = blake2b(known.encode(), digest_size=12).hexdigest()
    return previews_folder() / f"{digest}.wav"


def render_words(plugin: Path, sound: Path) -> list[str]:
    """How `rtsynth` is called to render it.

    Raises:
        PluginError: the plugin's file is damaged.
        RtsynthError: the folder cannot be written to.
    """
    text = phrase(load_manifest(plugin))
    make_folder(sound.parent)
    forget_old(sound.parent)
    words = ["render", str(plugin), "--out", str(sound), "--seconds", f"{SECONDS:g}"]
    if text:
        moves = sound.with_suffix(".csv")
        moves.write_text(text, encoding="utf-8")
        words += ["--automation", str(moves)]
    return [*words, "--threads", "1"]


def keep_carried(plugin: Path, sound: Path) -> bool:
    """Write the preview that the plugin's file brings, if there is one that can be played.

    Raises:
        RtsynthError: the folder cannot be written to.
    """
    preview = read_attachments(plugin).preview
    if not preview:
        return False
    try:
        with soundfile.SoundFile(io.BytesIO(preview)) as file:
            rate_hz = file.samplerate
            if rate_hz > FASTEST_HZ or file.channels > 2:
                return False
            audio = file.read(LONGEST_S * rate_hz, dtype="float32")
    except soundfile.LibsndfileError:
        return False
    make_folder(sound.parent)
    forget_old(sound.parent)
    with atomic_write(sound) as temporary:
        soundfile.write(temporary, audio, rate_hz)
    return True


def forget_old(folder: Path) -> None:
    """Make room for one more."""
    kept = sorted(folder.glob("*.wav"), key=lambda path: path.stat().st_mtime_ns)
    for path in kept[: max(0, len(kept) - MOST_KEPT + 1)]:
        path.unlink(missing_ok=True)
        path.with_suffix(".csv").unlink(missing_ok=True)


def main() -> int:
    if hasattr(os, "nice"):
        os.nice(LOWEST_PRIORITY)
    try:
        plugin = resolve(sys.argv[1])
        sound = preview_file(plugin)
        print(sound, flush=True)
        if sound.is_file() or keep_carried(plugin, sound):
            return 0
        words = render_words(plugin, sound)
    except (RtsynthError, OSError) as error:
        print(f"rtsynth: {plain(str(error))}", file=sys.stderr)
        return error.exit_status if isinstance(error, RtsynthError) else 1
    # In its place: who ends this process ends the rendering.
    os.execv(sys.executable, [sys.executable, "-m", "rtsynth", *words])


if __name__ == "__main__":
    sys.exit(main())
