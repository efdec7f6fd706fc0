"""Writing what is heard to a file, from the engine's output ring."""

import threading
from pathlib import Path

import soundfile

from rtsynth.audio_write import check_audio_path
from rtsynth.engine import shared as sh
from rtsynth.engine.core import EngineCore
from rtsynth.errors import EngineError, InputError
from rtsynth.files import atomic_write

POLL_S = 0.1  # the ring holds seconds


class Recorder:
    """Records from now until `finish`; the file appears, whole, at the end."""

    def __init__(self, core: EngineCore, path: Path) -> None:
        self.path = check_audio_path(path)
        self.frames = 0
        self.lost_frames = 0
        self._core = core
        self._cursor = core.counter(sh.PLAYED)
        self._writing = atomic_write(path)
        temporary = self._writing.__enter__()
        try:
            self._file = soundfile.SoundFile(
                temporary, "w", core.rate_hz, channels=1, subtype="PCM_24"
            )
        except soundfile.LibsndfileError as error:
            temporary.unlink()
            raise InputError(f"{path}: {error.error_string.rstrip('.')}") from error
        self._problem: str | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Write what is left and put the file in its place.

        Raises:
            EngineError: the disk refused; what it took is kept.
        """
        self._stop.set()
        self._thread.join()
        self._pull()
        self._file.close()
        self._writing.__exit__(None, None, None)
        if self._problem is not None:
            raise EngineError(
                f"{self.path}: the disk refused ({self._problem}) after "
                f"{self.frames / self._core.rate_hz:.1f} s, which are kept"
            )

    def _run(self) -> None:
        while not self._stop.wait(POLL_S):
            self._pull()

    def _pull(self) -> None:
        head, samples = self._core.read_output(self._cursor)
        self.lost_frames += head - self._cursor - samples.size
        self._cursor = head
        if self._problem is not None:
            return
        try:
            self._file.write(samples)
        except soundfile.LibsndfileError as error:
            self._problem = error.error_string.rstrip(".")
            self._file.truncate(self.frames)  # without a torn piece at the end
        else:
            self.frames += samples.size
