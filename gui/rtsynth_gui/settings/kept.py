"""What the window remembers on this machine: theme, size, language, and what not to say again."""

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from rtsynth.common.errors import InputError, RtsynthError
from rtsynth.common.files.document import read_document, remedy, write_document
from rtsynth.common.plain_text import plain
from rtsynth_gui.link.window_folder import window_folder
from rtsynth_gui.settings.language import languages
from rtsynth_gui.widgets.theme import DEFAULT, SYSTEM, THEMES

FORMAT = 1
FILE = "window.json"
LARGEST_BYTES = 1 << 16
LONGEST_LANGUAGE = 20  # of it is said
SCALES = (1.0, 1.25, 1.5, 1.75, 2.0)


@dataclass(frozen=True)
class Kept:
    """`theme`: one of `THEMES`. `scale`: one of `SCALES`, on top of the desktop's.
    `language`: one of `languages()`, or `SYSTEM` for the desktop's; or what another version of the
    window has, which stays in the file. `dismissed`: messages that were hidden for good.
    `keeps_training`: whether a training goes on when the window is closed. `chosen`: what pages
    remember, each by a name of its own."""

    theme: str = DEFAULT
    scale: float = 1.0
    language: str = SYSTEM
    dismissed: tuple[str, ...] = ()
    keeps_training: bool = True
    chosen: dict[str, str] = field(default_factory=dict)

    @property
    def shown_language(self) -> str:
        """The language as far as there is one."""
        return self.language if self.language in languages() else SYSTEM


def kept_file() -> Path:
    """Where it is kept."""
    return window_folder() / FILE


def read_kept(path: Path) -> Kept:
    """What is kept; the defaults where there is no file.

    Raises:
        InputError: the file is damaged; one line that names it and the field.
    """
    document = read_document(path, FORMAT, LARGEST_BYTES, "the window's settings")
    if document is None:
        return Kept()
    kept = Kept()
    fields = (("theme", THEMES), ("scale", SCALES), ("keeps_training", (True, False)))
    for name, allowed in fields:
        value = document.get(name, getattr(kept, name))
        if value not in allowed:
            offered = ", ".join(map(str, allowed))
            raise InputError(f"{path}: {name}: none of {offered}; {remedy(path)}")
        kept = replace(kept, **{name: value})
    language = document.get("language", kept.language)
    if not isinstance(language, str):
        raise InputError(f"{path}: language: not a text; {remedy(path)}")
    dismissed = document.get("dismissed", [])
    if not (isinstance(dismissed, list) and all(isinstance(key, str) for key in dismissed)):
        raise InputError(f"{path}: dismissed: not a list of texts; {remedy(path)}")
    chosen = document.get("chosen", {})
    if not (isinstance(chosen, dict) and all(isinstance(each, str) for each in chosen.values())):
        raise InputError(f"{path}: chosen: not a table of texts; {remedy(path)}")
    return replace(kept, language=language, dismissed=tuple(dismissed), chosen=chosen)


def write_kept(path: Path, kept: Kept) -> None:
    """Keep it.

    Raises:
        RtsynthError: the folder or the file cannot be written.
    """
    write_document(path, FORMAT, asdict(kept))


def kept_or_default() -> tuple[Kept, str]:
    """What is kept and what is wrong with it; the defaults where it is damaged."""
    path = kept_file()
    try:
        kept = read_kept(path)
    except RtsynthError as error:
        return Kept(), str(error)
    if kept.language in (SYSTEM, *languages()):
        return kept, ""
    there = ", ".join(languages())
    name = plain(kept.language[:LONGEST_LANGUAGE])
    return kept, f"{path}: language: {name!r} is none of {there}; the desktop's is used"
