"""What a sweep trains."""

import re
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.core.recipes import read_recipe
from rtsynth_train.sweep.plan import MOST, Axis, check_points, points, read_axis


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("optimiser.rate=0.001, 0.003", ("0.001", "0.003")),
        ("model.layers=2", ("2",)),
        ("network.frame_sizes=[8, 2],[16,4]", ("[8, 2]", "[16,4]")),
        ("network.sizes=[[1, 2], [3]],[[4],[5, 6]]", ("[[1, 2], [3]]", "[[4],[5, 6]]")),
        ("data.levels={a = [1, 2], b = 3},4", ("{a = [1, 2], b = 3}", "4")),
        ('plugin.description="a, b",c', ('"a, b"', "c")),
        ('plugin.description="a], \\", b",\'c,\'', ('"a], \\", b"', "'c,'")),
        ("plugin.description=it's a,it's b", ("it's a", "it's b")),
    ],
)
def test_a_key_and_its_values(text: str, values: tuple[str, ...]) -> None:
    assert read_axis(text) == Axis(text.partition("=")[0], values)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model.layers=2,,3", "model.layers: a value is empty; write it as model.layers=A,B"),
        ("model.layers=2,3,2", "model.layers: 2 is given twice"),
        ("model.layers", "model.layers: write it as KEY=VALUE"),
        ("plugin.name=a,b", "plugin.name: a sweep sets plugin.name itself; set it in the recipe"),
        ("run.seed=1,2", "run.seed: a sweep sets run.seed itself; give --seeds N"),
        ("run.threads=1,2", "run.threads: a sweep sets run.threads itself; give --threads N"),
        ("run.time=1h", "run.time: a sweep sets run.time itself; give --time"),
        ("run={seed = 1}", "run: a sweep sets run.seed itself"),
    ],
)
def test_what_is_none_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=f"^--grid {re.escape(said)}"):
        read_axis(text)


def test_all_are_combined_with_each_seed() -> None:
    made = points([Axis("model.layers", ("1", "2")), Axis("a.rate", ("0.1", "0.2", "3"))], 2)
    assert len({point.name for point in made}) == len(made) == 12
    assert [point.seed for point in made[:2]] == [0, 1]
    assert made[0].words() == [
        "--set", "model.layers=1", "--set", "a.rate=0.1", "--seed", "0",
    ]  # fmt: skip
    assert made[0].label == made[1].label == "layers 1, rate 0.1"
    assert made[1].name == "layers-1_rate-0.1_seed-1"


def test_folders_have_names_that_every_system_takes() -> None:
    (point,) = points([Axis("plugin.description", ('"../a: *"',))], 1)
    assert point.name == "description-..-a-_seed-0"


def test_without_a_grid_there_are_seeds() -> None:
    assert [point.label for point in points([], 3)] == ["as it is"] * 3


def test_too_many_and_doubles_are_refused() -> None:
    with pytest.raises(InputError, match="given twice"):
        points([Axis("a.b", ("1",)), Axis("a.b", ("2",))], 1)
    with pytest.raises(InputError, match=f"{MOST + 1} trainings"):
        points([], MOST + 1)


@pytest.mark.parametrize("values", [("mean", "Mean"), ('"a"', "'a'")])
def test_two_with_one_folder_are_refused(values: tuple[str, str]) -> None:
    """Where capitals are not told apart, as on a Mac, one would overwrite the other."""
    first, second = (re.escape(f"kind {value}") for value in values)
    with pytest.raises(InputError, match=f"{first} and {second} would have the same run folder"):
        points([Axis("a.kind", values)], 2)


def test_mistakes_are_found_before_anything_is_trained() -> None:
    raw, path = read_recipe("clarinet-trumpet"), Path("x.toml")
    check_points(raw, path, points([Axis("model.layers", ("1", "2"))], 1))
    for key, value, said in (
        ("model.layers", "0", r"x\.toml with layers 0: .*layers"),
        ("model.layer", "1", "did you mean layers"),
        ("conditioning.nothing.minimum", "1", "no table 'nothing'"),
    ):
        with pytest.raises(InputError, match=said):
            check_points(raw, path, points([Axis(key, (value,))], 1))
