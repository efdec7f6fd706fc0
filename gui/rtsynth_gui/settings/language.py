"""The language of the window: the desktop's, where there is a translation into it, or English.

Translations are `translations/rtsynth_LANGUAGE.ts`, made from the sources and compiled to .qm by
`make translations`.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from rtsynth.common.errors import InputError

FOLDER = Path(__file__).parents[1] / "translations"
PREFIX = "rtsynth_"
ENGLISH = "en"  # what the sources are written in
VARIABLE = "RTSYNTH_LANGUAGE"


def languages() -> list[str]:
    """What there is, as in "de"."""
    translated = (path.stem.removeprefix(PREFIX) for path in FOLDER.glob(f"{PREFIX}*.qm"))
    return sorted((ENGLISH, *translated))


def chosen_language(desktop: Sequence[str]) -> str:
    """The one that `RTSYNTH_LANGUAGE` names, or the first of the desktop's that there is.

    Args:
        desktop: as Qt gives them: "de-AT", "de", "en-GB".

    Raises:
        InputError: there is none of that name.
    """
    there, named = languages(), os.environ.get(VARIABLE)
    if named:
        if named not in there:
            raise InputError(f"{VARIABLE}={named}: there are {', '.join(there)}")
        return named
    codes = (name.replace("_", "-").partition("-")[0] for name in desktop)
    return next((code for code in codes if code in there), ENGLISH)


def install_translations(application: QApplication) -> str:
    """Install the translators of the chosen language, Qt's own included; returns the language.

    Raises:
        InputError: there is no such language.
    """
    language = chosen_language(QLocale.system().uiLanguages())
    if language == ENGLISH:
        return language
    qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    # The one that was installed last is asked first.
    for file in (qt / f"qtbase_{language}.qm", FOLDER / f"{PREFIX}{language}.qm"):
        translator = QTranslator(application)
        if translator.load(str(file)):
            application.installTranslator(translator)
    return language
