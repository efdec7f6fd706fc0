"""`args.json` of a run folder: settings that can be changed while the trainer runs.

The PyTorch SampleRNN's four: length (samples of a generated file), num_generated (files at once),
generate_every and checkpoint_every (steps). The file is looked at after every step; one that
cannot be used is reported once, and the settings stay as they were.
"""

import json
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from rtsynth.common.field_errors import first_problem
from rtsynth.common.files.atomic import atomic_write
from rtsynth_train.core.config import Count, Section
from rtsynth_train.samplernn.config import Files, OutputConfig

NAME = "args.json"
LARGEST_BYTES = 1 << 16


class Args(Section):
    """What args.json holds."""

    length: Count
    num_generated: Files
    generate_every: Count
    checkpoint_every: Count


class LiveArgs:
    """How often what is written: the schedule of a session (`rtsynth_train.core.job.Schedule`)."""

    def __init__(
        self, run: Path, config: OutputConfig, longest: int, say: Callable[[str], None]
    ) -> None:
        """`longest` is what `length` may be, in samples."""
        self._path, self._config, self._longest, self._say = run / NAME, config, longest, say
        self._args = Args(**config.model_dump(include=set(Args.model_fields)))
        self._seen: tuple[int, int] | None = None

    def write(self) -> None:
        """Write the settings as they are, for the user to change."""
        with atomic_write(self._path) as temporary:
            temporary.write_text(json.dumps(self._args.model_dump(), indent=2) + "\n")

    def refresh(self) -> None:
        """Read the file again if it has changed."""
        try:
            state = self._path.stat()
        except OSError:
            return  # taken away: the settings stay
        stamp = (state.st_mtime_ns, state.st_size)
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            if state.st_size > LARGEST_BYTES:
                raise ValueError(f"it has more than {LARGEST_BYTES} bytes")
            raw = json.loads(self._path.read_text(encoding="utf-8"))
            if not isinstance(raw, dict):
                raise ValueError("it is no object of settings")
            args = Args.model_validate({**self._args.model_dump(), **raw})
            if args.length > self._longest:
                raise ValueError(f"length: {args.length} is above {self._longest}, an hour")
            self._args = args
        except ValidationError as error:
            self._say(f"{self._path}: {first_problem(error)}; the settings stay as they were")
        except (OSError, ValueError, RecursionError) as error:
            self._say(f"{self._path}: not usable ({error}); the settings stay as they were")

    @property
    def length(self) -> int:
        """Samples of a generated file."""
        return self._args.length

    @property
    def num_generated(self) -> int:
        """Files generated at once."""
        return self._args.num_generated

    @property
    def evaluate_every(self) -> int:
        """Steps; not in args.json."""
        return self._config.evaluate_every

    @property
    def checkpoint_every(self) -> int:
        """Steps."""
        return self._args.checkpoint_every

    @property
    def preview_every(self) -> int:
        """Steps between generated files."""
        return self._args.generate_every
