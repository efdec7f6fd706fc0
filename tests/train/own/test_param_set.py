"""Sets that other programs wrote: found whole, made one, and trained on."""

import json
import zipfile
from pathlib import Path, PurePath

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth.offline.params_file import Original, read_params
from rtsynth_train.core.table import read_table
from rtsynth_train.own.knob import Knob
from rtsynth_train.own.param_set import make_param_set, nearest
from rtsynth_train.sets.check_folder import check_params_folder
from tests.places import SHARED
from tests.requirements import lacking
from tests.train.own.generated import entry, tone, write_config, write_params, write_syntex

QUICKSTART = SHARED / "data/RegularPopsRandomPitch_16k.zip"


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_mtcrnns_quickstart_set_as_it_is_packed(tmp_path: Path) -> None:
    if not QUICKSTART.is_file():
        lacking("the QuickStart recordings (RegularPopsRandomPitch_16k.zip) are not here")
    said: list[str] = []
    (knob,) = make_param_set(QUICKSTART, tmp_path / "pops", say=said.append)
    original = Original("rate pow(2,n), n=[2,5]", 2, 5)
    assert knob == Knob("rate", 0, 1, "norm", original, constant=True, values=11)
    assert not said
    assert check_params_folder(tmp_path / "pops") == (11, [])
    with zipfile.ZipFile(QUICKSTART) as packed:
        for name in (n for n in packed.namelist() if n.endswith((".wav", ".params"))):
            path = tmp_path / "pops" / PurePath(name).name
            if path.suffix == ".wav":
                assert path.read_bytes() == packed.read(name)
                continue
            values = json.loads(packed.read(name))["rate"]["values"]
            track = read_params(path)["rate"]
            assert (track.values.tolist(), track.original) == (values, original)
    table = read_table(tmp_path / "pops")
    assert table is not None
    assert len(table.rows) == 11


def test_a_set_of_syntex_with_its_params(tmp_path: Path) -> None:
    source, said = tmp_path / "DS_Pop" / "pop_dataset", list[str]()
    names = write_syntex(source, fixed=True)
    knobs = make_param_set(source, tmp_path / "out", by_name=True, say=said.append)
    assert knobs == [
        Knob("irreg_exp", 0, 1, "norm", values=4),
        Knob("cf", -1, 1, "", Original("", 220, 880), values=2),
    ]
    assert said == ["rate_exp: left out, as it is 2 in all recordings"]
    assert check_params_folder(tmp_path / "out") == (len(names), [])
    track = read_params(tmp_path / "out" / f"{names[-1]}.params")["cf"]
    assert (track.minimum, track.maximum, track.unit) == (-1, 1, "")
    assert track.values.tolist() == [1, 1]


@pytest.mark.parametrize("record_format", ["tfrecords", "nsjson"])
def test_a_set_of_syntex_whose_names_say_all(tmp_path: Path, record_format: str) -> None:
    """Its wavs are the same, whatever the format of what is said of them."""
    source, said = tmp_path / "DS_Pop" / "pop_dataset", list[str]()
    names = write_syntex(source, record_format)
    make_param_set(source, tmp_path / "plain", by_name=True, say=said.append)
    rounded = read_params(tmp_path / "plain" / f"{names[2]}.params")["Irregularity"]
    assert (rounded.minimum, rounded.maximum) == (0, 1)
    write_config(source.parent / "config_file.json")
    irregular, centre = make_param_set(source, tmp_path / "out", by_name=True, say=said.append)
    assert irregular == Knob("Irregularity", 0, 1, "norm", values=4)
    assert centre.original == Original("", 220, 880)
    exact = read_params(tmp_path / "out" / f"{names[5]}.params")["Irregularity"].values[0]
    assert exact == pytest.approx(1 / 3, rel=1e-12)  # 00.33 in the name
    assert not said
    with pytest.raises(InputError, match=r"none of its 16 recordings has parameters: no \.params"):
        make_param_set(source, tmp_path / "other", say=said.append)


def nested(folder: Path) -> Path:
    """paramManager's two trees, with what it leaves beside them."""
    for number, place in enumerate(("a/take", "b/take", "b/deep/other")):
        seconds = 0.6 + 0.1 * number
        tone(folder / "audio" / f"{place}.wav", seconds, 44_100)
        pitch = [60.0, 60.0 + number, 72.0]
        write_params(
            folder / "param" / f"{place}.params",
            {"pitch": entry(pitch, seconds, units="midi"), "fill": entry([0, 1], seconds),
             "still": entry([0.5] * 3, seconds), "only": entry([number, 2], seconds)},
        )  # fmt: skip
    path = folder / "param" / "a" / "take.params"
    document = json.loads(path.read_text())
    del document["only"]
    path.write_text(json.dumps(document))
    write_params(folder / "param" / "readme.params", {})  # of a file that is no recording
    return folder


def test_nested_trees_of_param_manager(tmp_path: Path) -> None:
    source, said = nested(tmp_path / "set"), list[str]()
    pitch, fill = make_param_set(source, tmp_path / "out", say=said.append)
    # Its default range, 0..1, does not hold the pitches.
    assert pitch == Knob("pitch", 60, 72, "midi", constant=False, values=4)
    assert (fill.name, fill.minimum, fill.maximum, fill.unit) == ("fill", 0, 1, "norm")
    assert said == [
        f"{source}: left out, as there is no recording of their name: readme.params",
        "still: left out, as it is 0.5 in all recordings",
        "only: left out, as 1 of 3 recordings have none (a/take.wav)",
    ]
    assert files(tmp_path / "out") == [
        "a/take.params", "a/take.wav", "b/deep/other.params", "b/deep/other.wav", "b/take.params",
        "b/take.wav", "recipe.toml",
    ]  # fmt: skip
    assert read_params(tmp_path / "out" / "b" / "take.params")["pitch"].values[1] == 61
    assert check_params_folder(tmp_path / "out") == (3, [])


def test_the_params_may_be_elsewhere(tmp_path: Path) -> None:
    source = nested(tmp_path / "set")
    (source / "param").rename(tmp_path / "elsewhere")
    said: list[str] = []
    knobs = make_param_set(
        source / "audio", tmp_path / "out", params=tmp_path / "elsewhere", say=said.append
    )
    assert [knob.name for knob in knobs] == ["pitch", "fill"]
    assert "b/deep/other.params" in files(tmp_path / "out")


def test_which_params_belong_to_a_recording() -> None:
    def found(audio: list[str], params: list[str]) -> dict[str, str]:
        pairs = nearest(*({Path(name): PurePath(name) for name in names}
                          for names in (audio, params)))  # fmt: skip
        return {str(path): str(best) for path, best in pairs.items()}

    assert found(["x.wav"], ["sub/x.params", "x.params"]) == {"x.wav": "x.params"}
    assert found(["audio/a/x.wav", "audio/b/x.wav"], ["param/a/x.params"]) == {
        "audio/a/x.wav": "param/a/x.params"
    }
    assert found(["a_r02.00.wav"], ["p/a_r02.00.params", "p/a_r02.params"]) == {
        "a_r02.00.wav": "p/a_r02.00.params"
    }
    for audio, params in ((["x.wav"], ["a/x.params", "b/x.params"]),
                          (["a/x.wav", "b/x.wav"], ["c/x.params"])):  # fmt: skip
        with pytest.raises(InputError, match="may belong to .* take one of these out, or name"):
            found(audio, params)


def test_units_and_ranges_that_differ(tmp_path: Path) -> None:
    source, said = tmp_path / "set", list[str]()
    for number in range(2):
        tone(source / f"{number}.wav")
        write_params(
            source / f"{number}.params",
            {"level": entry([0.25, 0.5], 0.6, maxval=1 + number, origMinval=0, origMaxval=9)},
        )
    (knob,) = make_param_set(source, tmp_path / "out", say=said.append)
    assert knob == Knob("level", 0, 2, constant=False, values=2)
    assert said == ["level: has other ranges in some recordings; 0 to 2 holds all of them"]
    write_params(source / "1.params", {"level": entry([0.25, 0.5], 0.6, units="dB")})
    with pytest.raises(InputError, match=r"level: is in '' in 0\.wav and in 'dB' in 1\.wav; give"):
        make_param_set(source, tmp_path / "other", say=said.append)


def test_what_cannot_be_used_is_left_out_or_refused(tmp_path: Path) -> None:
    source, said = tmp_path / "set", list[str]()
    for number in range(12):
        tone(source / f"take{number}.wav")
        write_params(source / f"take{number}.params", {"v": entry([0, number / 11], 0.6)})
    tone(source / "bare.wav")
    (source / "take3.params").write_text("{")
    make_param_set(source, tmp_path / "out", say=said.append)
    assert len(list((tmp_path / "out").glob("*.wav"))) == 11
    assert said[0].startswith(f"{source}: left out 1 of 13 recordings: ")
    assert f"{source / 'take3.params'}: not JSON" in said[0]
    assert said[1:] == [f"{source}: left out, as they have no parameters: bare.wav"]
    packed = tmp_path / "set.zip"
    (source / "take4.wav").write_bytes(b"RIFF")
    with zipfile.ZipFile(packed, "w") as archive:
        for path in source.iterdir():
            archive.write(path, f"top/{path.name}")
    with pytest.raises(InputError, match="so far 2 of 13 cannot be used") as caught:
        make_param_set(packed, tmp_path / "packed", say=said.append)
    assert str(caught.value).startswith(f"{packed}/top/take")  # not where it was unpacked
    assert not (tmp_path / "packed").exists()
    lines = {
        r"out: already there; name a new folder": (source, tmp_path / "out"),
        r"none: no such folder or \.zip": (tmp_path / "none", tmp_path / "x"),
        r"bare\.wav: is a file; name the folder": (source / "bare.wav", tmp_path / "x"),
        r"is within .*; name a folder beside it": (source, source / "x"),
    }
    for line, (given, out) in lines.items():
        with pytest.raises(InputError, match=line):
            make_param_set(given, out)


def test_a_set_that_does_not_differ_is_refused(tmp_path: Path) -> None:
    for number in range(2):
        tone(tmp_path / "set" / f"{number}.wav")
        write_params(tmp_path / "set" / f"{number}.params", {"v": entry([0.5, 0.5], 0.6)})
    with pytest.raises(InputError, match="no parameter differs in its 2 recordings"):
        make_param_set(tmp_path / "set", tmp_path / "out", say=lambda _: None)
    assert np.array_equal(files(tmp_path), ["set/0.params", "set/0.wav", "set/1.params",
                                            "set/1.wav"])  # fmt: skip
