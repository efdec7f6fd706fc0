"""What the controls that every slot has are for, and what their values are called, in the
window's own words and language."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

# By name; the rest is described by the engine.
DESCRIPTIONS = {
    "mute": str(QT_TRANSLATE_NOOP("Tips", "Mute: takes the slot out of the mix")),
    "solo": str(QT_TRANSLATE_NOOP("Tips", "Solo: only slots with solo on are in the mix")),
    "dc_block": str(
        QT_TRANSLATE_NOOP("Tips", "DC filter: removes a constant offset of the output")
    ),
    "top_k": str(
        QT_TRANSLATE_NOOP(
            "Tips",
            "The network draws only from so many of its most probable values: few are calmer. "
            "0: from all",
        )
    ),
    "top_p": str(
        QT_TRANSLATE_NOOP(
            "Tips",
            "The network draws only from its most probable values, up to this share of the "
            "probability: less is calmer. 1: from all",
        )
    ),
}

LONGEST_FOLLOWED = 16  # letters of a slot's name, in fields and menus
FOLLOWED = {
    -1: str(QT_TRANSLATE_NOOP("Tips", "Itself")),
    0: str(QT_TRANSLATE_NOOP("Tips", "None")),
}


SlotNames = tuple[tuple[int, str], ...]


def followed(number: int, names: SlotNames = ()) -> str:
    """Whose level a slot's follower follows: "None", "Itself", "3 creek", "Slot 4" where that is
    empty."""
    if number in FOLLOWED:
        return QCoreApplication.translate("Tips", FOLLOWED[number])
    if name := dict(names).get(number, ""):
        short = name if len(name) <= LONGEST_FOLLOWED else f"{name[: LONGEST_FOLLOWED - 1]}…"
        return f"{number} {short}"
    return QCoreApplication.translate("Tips", "Slot {}").format(number)


def other_names(names: SlotNames) -> list[tuple[float, str]]:
    """What one may type for a slot besides."""
    bare = [(float(number), followed(number)) for number, _ in names]
    return [*bare, *((float(number), name) for number, name in names if name)]


def described(name: str, by_engine: str) -> str:
    """What a control of the engine is for; what the engine says of it, where there is no more."""
    own = DESCRIPTIONS.get(name)
    return by_engine if own is None else QCoreApplication.translate("Tips", own)
