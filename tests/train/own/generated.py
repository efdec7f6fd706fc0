"""Files as paramManager and SynTex's generators leave them: their layout, in our words."""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

RATE_HZ = 16_000
CONFIG: dict[str, Any] = {
    "soundname": "Pop", "computeSR": RATE_HZ, "datafileSR": RATE_HZ, "soundDuration": 1.2,
    "numChunks": 2, "recordFormat": "params",
    "params": [
        {"user_pname": "Irregularity", "user_minval": 0, "user_maxval": 1, "user_nvals": 4,
         "user_doc": "irregularity", "synth_pname": "irreg_exp", "synth_minval": 0,
         "synth_maxval": 1, "synth_units": "natural"},
        {"user_pname": "center frequency", "user_minval": -1, "user_maxval": 1, "user_nvals": 2,
         "user_doc": "octaves around 440 Hz", "synth_pname": "cf", "synth_minval": 220,
         "synth_maxval": 880, "synth_units": "norm"},
    ],
    "fixedParams": [
        {"user_doc": "rate", "synth_pname": "rate_exp", "synth_val": 2, "synth_units": "natural"}
    ],
}  # fmt: skip


def tone(path: Path, seconds: float = 0.6, rate_hz: int = RATE_HZ) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    sf.write(path, 0.3 * np.sin(0.2 * np.arange(round(seconds * rate_hz))), rate_hz)
    return path


def entry(values: list[float], seconds: float, **more: Any) -> dict[str, Any]:
    """One parameter, by paramManager's own defaults."""
    times = np.linspace(0, seconds, len(values)).tolist()
    return {"times": times, "values": values, "units": None, "nvals": 0, "minval": 0, "maxval": 1,
            **more}  # fmt: skip


def write_params(path: Path, entries: dict[str, Any], filename: str = "", **meta: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"meta": {"filename": filename or f"{path.stem}.wav", **meta}, **entries}
    path.write_text(json.dumps(document, indent=4))
    return path


def write_syntex(folder: Path, record_format: str = "params", fixed: bool = False) -> list[str]:
    """A set of SynTex's generator; the names of its recordings without suffix. `fixed`: as older
    ones wrote what does not vary, in a range that it is outside of.
    """
    params, seconds = CONFIG["params"], CONFIG["soundDuration"] / CONFIG["numChunks"]
    ranges = [np.linspace(p["user_minval"], p["user_maxval"], p["user_nvals"]) for p in params]
    names = []
    for values in itertools.product(*ranges):
        fields = [f"--{p['user_pname']}-{v:05.2f}" for p, v in zip(params, values, strict=True)]
        for chunk in range(CONFIG["numChunks"]):
            name = f"{CONFIG['soundname']}{''.join(fields)}--v-{chunk:02}"
            names.append(name)
            tone(folder / f"{name}.wav", seconds)
            if record_format != "params":
                continue
            entries = {
                p["synth_pname"]: entry(
                    [float(v)] * 2, seconds, units=p["synth_units"], nvals=p["user_nvals"],
                    minval=p["user_minval"], maxval=p["user_maxval"], origMinval=p["synth_minval"],
                    origUnits=None, origMaxval=p["synth_maxval"],
                )
                for p, v in zip(params, values, strict=True)
            }  # fmt: skip
            more = {"rate_exp": entry([2, 2], 1.2, units="natural", nvals=2)} if fixed else {}
            write_params(
                folder / f"{name}.params", entries | more, f"{name}.params",
                irreg_exp_user_doc="irregularity", cf_synth_doc="centre of the band",
            )  # fmt: skip
    if record_format == "tfrecords":
        (folder / "shard0.tfrecord").write_bytes(b"\0" * 64)
    if record_format == "nsjson":
        records = {name: {"sound_source": "Pop", "irreg_exp_norm": 0.5} for name in names}
        (folder / "nsjson.json").write_text(json.dumps(records, indent=4))
    return names


def write_config(path: Path) -> Path:
    path.write_text(json.dumps(CONFIG, indent=4))
    return path
