"""The flags for how notes are played; see `rtsynth.host.voicing_choice.VoicingChoice`."""

from typing import Annotated

import typer

BendRange = Annotated[
    float | None,
    typer.Option(
        metavar="SEMITONES", help="How far a bend wheel bends that does not say so; default 2."
    ),
]
Velocity = Annotated[
    str | None,
    typer.Option(metavar="soft|linear|hard|EXPONENT", help="Curve of velocities; default linear."),
]
VoiceMode = Annotated[
    str | None,
    typer.Option(
        metavar="retrigger|legato",
        help="With one voice: what a note does while another is held; default retrigger.",
    ),
]
Pressure = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|auto|none", help="Parameter that a note's pressure moves; auto: amplitude."
    ),
]
Timbre = Annotated[
    str | None,
    typer.Option(metavar="NAME|auto|none", help="Parameter that a note's timbre (CC 74) moves."),
]
Tuning = Annotated[
    str | None,
    typer.Option(
        metavar="FILE.scl|NAME|mts|off",
        help="A Scala file, the name of one in the folder of tunings, or MTS-ESP's.",
    ),
]
KeyboardMap = Annotated[
    str | None, typer.Option(metavar="FILE.kbm", help="Scala keyboard mapping for --tuning.")
]
Mpe = Annotated[
    str | None,
    typer.Option(
        metavar="lower|upper[:N][,...]",
        help="MPE zones with N member channels, for a controller or file that does not say so; "
        "lower,upper: both.",
    ),
]
