"""What a sweep trains."""

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
        ('plugin.description="a, b",c', ('"a, b"', "c")),
    ],
)
def test_a_key_and_its_values(text: str, values: tuple[str, ...]) -> None:
    assert read_axis(text) == Axis(text.partition("=")[0], values)


@pytest.mark.parametrize("text", ["model.layers=2,,3", "model.layers=2,2", "model.layers"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^--grid model\.layers"):
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
