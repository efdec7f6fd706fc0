"""What `rtsynth train` is given, and the configuration it means."""

from pathlib import Path

import pytest

from rtsynth.cli import main
from rtsynth.common.errors import InputError
from rtsynth_train.cli.train import asked_time, read_request
from rtsynth_train.core.duration import seconds_of
from rtsynth_train.tiers.config import StackConfig


def test_requests(tmp_path: Path) -> None:
    def request(source=None, recipe=None, out=None, resume=False, **changes):
        return read_request(source, recipe, out, resume, changes)

    config, out = request(tmp_path, "clarinet-trumpet", optimiser={"steps": 7, "rate": None})
    assert (config.data.folder, config.optimiser.steps) == (str(tmp_path), 7)
    assert out == Path("runs/clarinet-trumpet")
    for arguments, match in [
        ({}, r"give a recipe \(\.toml\)"),
        ({"source": tmp_path}, r"not a recipe \(\.toml\); for a data folder add --recipe"),
        ({"source": tmp_path, "recipe": "soup"}, "--recipe soup: unknown; known: clarinet"),
        ({"resume": True}, "name the run folder with --out"),
        ({"source": tmp_path / "no.toml"}, "cannot be read"),
    ]:
        with pytest.raises(InputError, match=match):
            request(**arguments)
    path = tmp_path / "c.toml"
    for text, match in [
        ("a = ", "not TOML"),
        ("[plugin]\nname = 'x'", "conditioning"),
        ("[plugin]\nname = 'x'\n[[conditioning]]\nfield = 3", r"conditioning\.0"),
        (
            "[plugin]\nname='x'\n[[conditioning]]\nfield='p'\nname='p'\nminimum=1\nmaximum=0\n"
            "default=0\n",
            "minimum",
        ),
    ]:
        path.write_text(text)
        with pytest.raises(InputError, match=match) as error:
            request(source=path)
        assert str(path) in str(error.value)
    path.write_text(
        "[plugin]\nname='x'\n[[conditioning]]\nfield='p'\nname='p'\nminimum=0\nmaximum=1\n"
        "default=0\n"
    )
    with pytest.raises(InputError, match=r"data\.folder: not set"):
        request(source=path)


def test_a_recipe_of_ones_own_for_a_folder(tmp_path: Path) -> None:
    recipe, folder = tmp_path / "flute.toml", tmp_path / "set"
    recipe.write_text(
        "[plugin]\nname='flute'\n[data]\nfolder='other'\n"
        "[[conditioning]]\nfield='p'\nname='p'\nminimum=0\nmaximum=1\ndefault=0\n"
    )
    config, out = read_request(folder, str(recipe), None, False, {})
    assert (config.data.folder, out) == (str(folder), Path("runs/flute"))
    with pytest.raises(InputError, match=r"gone\.toml: cannot be read"):
        read_request(folder, str(tmp_path / "gone.toml"), None, False, {})
    recipe.write_text("[plugin]\nname = 3\n[[conditioning]]\nfield = 3\n")
    with pytest.raises(InputError, match=r"flute\.toml: line 2: plugin\.name"):
        read_request(folder, str(recipe), None, False, {})


def test_the_command_line_changes_every_tier(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    config, out = read_request(
        folder, "vessel", None, False, {"optimiser": {"steps": 7}, "run": {"seed": 3}}
    )
    assert isinstance(config, StackConfig)
    assert [tier.steps for tier in config.tiers] == [7, 7, 7]
    assert (config.run.seed, config.data.folder, out.name) == (3, str(folder), "vessel")
    path = tmp_path / "c.toml"
    path.write_text("[plugin]\nname = 'x'\n[[tiers]]\nname = 'a'\nrate_hz = 0\n")
    with pytest.raises(InputError, match=r"c\.toml: line 5: tiers\.0\.rate_hz"):
        read_request(path, None, None, False, {})


def test_how_long_is_asked_for_once() -> None:
    assert asked_time(None, None, None) is None
    assert asked_time("1h", None, None) == "1h"
    assert asked_time(None, None, 7) == ""  # so many steps, whatever time the recipe names
    minutes = asked_time(None, 12.5, None)
    assert minutes is not None
    assert seconds_of(minutes) == 750.0
    with pytest.raises(InputError, match="--time, --steps: both say how long"):
        asked_time("1h", None, 7)
    with pytest.raises(InputError, match="--minutes -1: must be above 0"):
        asked_time(None, -1, None)
    with pytest.raises(InputError, match="--time: 'soon' is no time; write e.g. 10min"):
        asked_time("soon", None, None)


RECIPE = """\
[plugin]
name = "flute"

[data]
folder = "recordings"

[[conditioning]]
field = "p"
name = "pitch"
minimum = 60.0
maximum = 72.0
default = 66.0

[modle]
hidden_size = 48

[streams]
batch = 0

[optimiser]
stepz = 100
rate = "fast"
"""


def test_all_mistakes_of_a_recipe_have_their_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "flute.toml"
    path.write_text(RECIPE)
    assert main(["train", str(path)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        f"rtsynth: {path}: line 14: modle: unknown; did you mean model?",
        f"rtsynth: {path}: line 18: streams.batch: Input should be greater than or equal to 1",
        f"rtsynth: {path}: line 21: optimiser.stepz: unknown; did you mean steps?",
        f"rtsynth: {path}: line 22: optimiser.rate: Input should be a valid number, unable to parse"
        " string as a number",
    ]
    path.write_text(RECIPE.replace("[[conditioning]]", "[[conditionning]]"))
    assert main(["train", str(path)]) == 2
    assert "line 7: conditionning: unknown; did you mean conditioning?" in capsys.readouterr().err
