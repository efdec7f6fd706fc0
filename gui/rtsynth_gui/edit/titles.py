"""What steps of undo are called: what was done, as one would ask for it ("change Gain")."""

from PySide6.QtCore import QCoreApplication


def change_of(title: str) -> str:
    """A control was moved, by what it is called."""
    return QCoreApplication.translate("Step", "change {}").format(title)
