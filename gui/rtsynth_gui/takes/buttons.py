"""What can be done with a take, as a table."""

from PySide6.QtCore import QT_TRANSLATE_NOOP

# Of each button: its text, what it does.
BUTTONS = {
    "play": (
        str(QT_TRANSLATE_NOOP("TakesPage", "Play")),
        str(
            QT_TRANSLATE_NOOP(
                "TakesPage", "Play in the system's audio player (double-click, or Enter)"
            )
        ),
    ),
    "show": (
        str(QT_TRANSLATE_NOOP("TakesPage", "Show in folder")),
        str(QT_TRANSLATE_NOOP("TakesPage", "Open its folder")),
    ),
    "rename": (
        str(QT_TRANSLATE_NOOP("TakesPage", "Rename")),
        str(QT_TRANSLATE_NOOP("TakesPage", "Rename the take")),
    ),
    "delete": (
        str(QT_TRANSLATE_NOOP("TakesPage", "Delete")),
        str(QT_TRANSLATE_NOOP("TakesPage", "Move it to the trash (Delete)")),
    ),
}
