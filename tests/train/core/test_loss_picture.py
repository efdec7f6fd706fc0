"""Losses are drawn, whatever there is of them."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from rtsynth.common.errors import InputError
from rtsynth_train.core.curve import read_curve
from rtsynth_train.core.loss_picture import NAME, colour, draw_losses, losses_svg
from tests.train.judge.runs import falling, write_losses, write_run

SVG = "{http://www.w3.org/2000/svg}"


def test_a_run_has_its_picture(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    draw_losses(run)
    picture = ElementTree.parse(run / NAME).getroot()
    assert picture.tag == f"{SVG}svg"
    lines = [each for each in picture.iter(f"{SVG}path") if colour(0) in each.get("style", "")]
    assert len(lines) >= 3  # training, held out, the best one


def test_before_the_first_row_and_the_first_score(tmp_path: Path) -> None:
    for rows in (0, 1):
        write_losses(tmp_path / "losses.csv", [3.0] * rows, [None] * rows)
        draw_losses(tmp_path)
        assert ElementTree.parse(tmp_path / NAME).getroot().tag == f"{SVG}svg"


def test_several_in_colours_of_their_own(tmp_path: Path) -> None:
    curve = read_curve(write_losses(tmp_path / "a.csv", falling().tolist(), [2.0] * 60))
    picture = losses_svg([("one", curve, 0), ("<two> $\\frac\x1b$", curve, 1)]).decode()
    assert colour(0) in picture
    assert colour(1) in picture
    assert len({colour(number) for number in range(8)}) == 8


def test_without_losses_there_is_a_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"losses\.csv"):
        draw_losses(tmp_path)
