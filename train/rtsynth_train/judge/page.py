"""A comparison as one HTML page: nothing in it is fetched, and no script runs in it."""

import base64
import io
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import soundfile

from rtsynth.common.files.atomic import atomic_write
from rtsynth.common.plain_text import plain
from rtsynth_train.core.loss_picture import colour, losses_svg
from rtsynth_train.judge.pictures import spectrogram_png
from rtsynth_train.judge.sounds import Sound
from rtsynth_train.judge.subject import Subject
from rtsynth_train.judge.table import Rows

# A browser that keeps to this fetches nothing, whatever a stranger's plugin calls itself.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:"
STYLE = """
:root { color-scheme: dark; }
body { margin: 2rem auto; max-width: 74rem; padding: 0 1.5rem; background: #0f1115; color: #c9ced6;
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-weight: 600; font-size: 1.5rem; color: #f0f2f5; }
h2 { font-weight: 600; font-size: 1.05rem; margin: 2.2rem 0 .7rem; color: #f0f2f5; }
section, .scroll { background: #16181d; border: 1px solid #262a31; border-radius: 10px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .32rem .9rem; text-align: right; border-bottom: 1px solid #22262d; }
th:first-child { text-align: left; font-weight: 400; color: #8b939f; white-space: nowrap; }
thead th { color: #f0f2f5; font-weight: 600; }
tr:last-child > * { border-bottom: 0; }
tr.group th { color: #f0f2f5; font-weight: 600; padding-top: .8rem; }
td.best { color: #8bc77e; font-weight: 600; }
.dot { display: inline-block; width: .65rem; height: .65rem; border-radius: 50%;
  margin-right: .5rem; }
.warning { border-left: 3px solid #f2a65a; background: #211c16; border-radius: 6px; margin: .5rem 0;
  padding: .5rem .9rem; }
.curves { padding: .6rem; }
.curves img { display: block; width: 100%; }
.side { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); }
.side section { padding: .9rem; }
figure { margin: 0 0 1.1rem; }
figcaption { color: #8b939f; font-size: .86rem; margin-bottom: .25rem; }
figure img { display: block; width: 100%; border-radius: 6px; }
audio { width: 100%; height: 2.2rem; margin-top: .35rem; }
footer { margin: 2.5rem 0 1rem; color: #6d7580; font-size: .85rem; }
"""


def write_page(
    path: Path,
    subjects: Sequence[Subject],
    groups: Sequence[tuple[str, Rows]],
    sounds: Sequence[Sequence[Sound]],
    made_by: str,
) -> None:
    """Write the page, complete or not at all: table, warnings, curves, sounds side by side.

    Raises:
        InputError: the place cannot be written to.
    """
    names = [subject.name for subject in subjects]
    parts = [
        f"<h1>{_text(' · '.join(names))}</h1>",
        *(
            f"<p class='warning'>{_dot(number)}<b>{_text(subject.name)}</b>: {_text(line)}</p>"
            for number, subject in enumerate(subjects)
            for line in subject.warnings
        ),
        _table(names, groups),
        _curves(subjects),
        "<h2>Sounds</h2><div class='side'>",
        *(_sounds(n, name, mine) for n, (name, mine) in enumerate(zip(names, sounds, strict=True))),
        f"</div><footer>{_text(made_by)}</footer>",
    ]
    head = (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        "<meta name='viewport' content='width=device-width'>"
        f"<title>{_text(' · '.join(names))}</title><style>{STYLE}</style></head><body>"
    )
    with atomic_write(path) as temporary:
        temporary.write_text(f"{head}{''.join(parts)}</body></html>\n", encoding="utf-8")


def _table(names: Sequence[str], groups: Sequence[tuple[str, Rows]]) -> str:
    head = "".join(f"<th>{_dot(n)}{_text(name)}</th>" for n, name in enumerate(names))
    lines = [f"<div class='scroll'><table><thead><tr><th></th>{head}</tr></thead><tbody>"]
    for title, rows in groups:
        if title and rows:
            lines.append(
                f"<tr class='group'><th colspan='{len(names) + 1}'>{_text(title)}</th></tr>"
            )
        for label, row, best in rows:
            cells = "".join(
                f"<td{' class=best' if n == best else ''}>{_text(cell)}</td>"
                for n, cell in enumerate(row)
            )
            lines.append(f"<tr><th>{_text(label)}</th>{cells}</tr>")
    return "".join([*lines, "</tbody></table></div>"])


def _curves(subjects: Sequence[Subject]) -> str:
    named = [
        (subject.name, subject.curve, number)
        for number, subject in enumerate(subjects)
        if subject.curve is not None and subject.curve.steps.size
    ]
    if not named:
        return ""
    picture = _data("image/svg+xml", losses_svg(named))
    return f"<h2>Losses</h2><section class='curves'><img alt='losses' src='{picture}'></section>"


def _sounds(number: int, name: str, sounds: Sequence[Sound]) -> str:
    longest_s = max((sound.seconds for sound in sounds), default=1.0)
    figures = "".join(_figure(sound, longest_s) for sound in sounds)
    said = figures or "<p>no sound: it generates parameters, or has written no plugin yet</p>"
    return f"<section><h2 style='margin-top:0'>{_dot(number)}{_text(name)}</h2>{said}</section>"


def _figure(sound: Sound, longest_s: float) -> str:
    picture = _data("image/png", spectrogram_png(sound.audio, sound.rate_hz, longest_s))
    caption = _text(sound.caption)
    return (
        f"<figure><figcaption>{caption}</figcaption><img alt='spectrogram' src='{picture}'>"
        f"<audio controls preload='auto' src='{_data('audio/wav', _wav(sound))}'></audio></figure>"
    )


def _wav(sound: Sound) -> bytes:
    stream = io.BytesIO()
    soundfile.write(stream, sound.audio, sound.rate_hz, subtype="PCM_16", format="WAV")
    return stream.getvalue()


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _text(text: Any) -> str:
    return escape(plain(str(text)))


def _dot(number: int) -> str:
    return f"<span class='dot' style='background:{colour(number)}'></span>"
