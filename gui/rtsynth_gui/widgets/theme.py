"""The one place for colours: those of the theme in use, asked for while painting.

`theme.ACCENT` is another colour after `apply_theme`. A copy of it (at import, or kept by a widget)
stays as it was, so nobody keeps one: what is not painted anew follows `QEvent.PaletteChange`.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets.palettes import DARK, PALETTES
from rtsynth_gui.widgets.style import style_sheet

BACKGROUND: str
PANEL: str
WELL: str
TRACK: str
GRID: str
LINE: str
LINE_STRONG: str
TEXT: str
DIM: str
FAINT: str
ACCENT: str
ACCENT_DIM: str
SELECTED: str
FOLLOW: str
FOLLOW_DIM: str
LEARN: str
MODULATION: str
HANDLE: str
HANDLE_RESTING: str
HANDLE_LINE: str
CAP: str
CAP_LIVE: str
TRACE: str
GOOD: str
WARN: str
BAD: str
BUTTON: str
BUTTON_LIVE: str
BUTTON_DOWN: str
ON: str
ON_TEXT: str
HELD: str
HELD_LIVE: str
HELD_TEXT: str
ALARM: str
ALARM_TEXT: str
SOLO: str
SOLO_TEXT: str
KEY_WHITE: str
KEY_WHITE_LETTER: str
KEY_BLACK: str
KEY_BLACK_LETTER: str
KEY_WHITE_OUT: str
KEY_BLACK_OUT: str
KEY_LETTER_OUT: str
KEY_EDGE: str

SYSTEM = "system"
THEMES = (*PALETTES, SYSTEM)
DEFAULT = "dark"
SCHEMES = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light}

ROLES = {
    QPalette.ColorRole.Window: "BACKGROUND",
    QPalette.ColorRole.WindowText: "TEXT",
    QPalette.ColorRole.Base: "WELL",
    QPalette.ColorRole.AlternateBase: "PANEL",
    QPalette.ColorRole.Text: "TEXT",
    QPalette.ColorRole.Button: "PANEL",
    QPalette.ColorRole.ButtonText: "TEXT",
    QPalette.ColorRole.Highlight: "SELECTED",
    QPalette.ColorRole.HighlightedText: "TEXT",
    QPalette.ColorRole.PlaceholderText: "FAINT",
    QPalette.ColorRole.ToolTipBase: "PANEL",
    QPalette.ColorRole.ToolTipText: "TEXT",
}

globals().update(DARK)


def set_up_style(application: QApplication, theme: str = DEFAULT) -> None:
    """Give the application its look, the same on every desktop."""
    application.setStyle("Fusion")
    hints = application.styleHints()
    hints.colorSchemeChanged.connect(lambda _scheme: _follow(application))
    apply_theme(application, theme)


def apply_theme(application: QApplication, theme: str) -> None:
    """Change to one of `THEMES`; everything is painted again. "system": what the desktop uses,
    now and whenever it changes; dark where it does not say."""
    application.setProperty("theme", theme)
    hints = application.styleHints()
    if theme == SYSTEM:
        hints.unsetColorScheme()
    else:
        hints.setColorScheme(SCHEMES[theme])  # of file dialogs and the window's frame
    _apply_palette(application, shown(application))


def current_theme(application: QApplication) -> str:
    """The one of `THEMES` that was chosen last."""
    return str(application.property("theme") or DEFAULT)


def shown(application: QApplication) -> str:
    """The palette that this is at present: dark or light."""
    theme = current_theme(application)
    if theme != SYSTEM:
        return theme
    return "light" if desktop(application) == Qt.ColorScheme.Light else "dark"


def desktop(application: QApplication) -> Qt.ColorScheme:
    """The colour scheme of the desktop, as far as it says."""
    return application.styleHints().colorScheme()


def _follow(application: QApplication) -> None:
    if current_theme(application) == SYSTEM:
        _apply_palette(application, shown(application))


def _apply_palette(application: QApplication, name: str) -> None:
    colours = PALETTES[name]
    globals().update(colours)
    palette = QPalette()
    for role, colour in ROLES.items():
        palette.setColor(role, QColor(colours[colour]))
    application.setPalette(palette)
    application.setStyleSheet(style_sheet(colours))
