"""The style sheet is whole in every theme."""

import pytest

from rtsynth_gui.widgets.palettes import PALETTES
from rtsynth_gui.widgets.style import style_sheet


@pytest.mark.parametrize("theme", PALETTES)
def test_it_has_the_colours_of_the_theme(theme: str) -> None:
    sheet = style_sheet(PALETTES[theme])
    assert f"QMainWindow, QDialog {{ background: {PALETTES[theme]['BACKGROUND']}; }}" in sheet
    assert "{{" not in sheet
    assert sheet.count("{") == sheet.count("}") > 40
