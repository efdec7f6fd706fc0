"""What a preview plays: a few notes, the classes in turn, or a knob from end to end."""

from rtsynth.plugin import Manifest, Parameter

SECONDS = 4.0
STEPS = (0.0, 4.0, 7.0, 12.0)  # of the pitch, in its unit, above its default
MOST_CLASSES = 4
SWEEP = 21  # values of a knob


def phrase(manifest: Manifest) -> str:
    """Automation of `rtsynth render`, as CSV with a column of times; "" where nothing moves."""
    knobs = [each for each in manifest.parameters if each.name not in manifest.generated]
    roles = {each.role: each for each in reversed(knobs)}
    moves: dict[str, list[float]] = {}
    if "pitch" in roles:
        moves[roles["pitch"].name] = _notes(roles["pitch"])
    if "class" in roles:
        moves[roles["class"].name] = _classes(roles["class"])
    if not moves and knobs:
        knob = knobs[0]
        moves[knob.name] = [knob.value_at(step / (SWEEP - 1)) for step in range(SWEEP)]
    times = sorted({SECONDS * n / len(v) for v in moves.values() for n in range(len(v))})
    lines = [",".join(("time_s", *moves))]
    for time_s in times:
        now = (values[int(time_s * len(values) / SECONDS + 1e-6)] for values in moves.values())
        lines.append(",".join(f"{value:g}" for value in (time_s, *now)))
    return "\n".join(lines) + "\n" if moves else ""


def _notes(pitch: Parameter) -> list[float]:
    """Upwards from the default; where there is no room for that, from the lowest pitch."""
    start = pitch.default if pitch.default + STEPS[-2] <= pitch.maximum else pitch.minimum
    return [pitch.clamp(start + step) for step in STEPS]


def _classes(knob: Parameter) -> list[float]:
    count = min(MOST_CLASSES, int(knob.maximum - knob.minimum) + 1)
    return [knob.minimum + number for number in range(count)]
