"""Which MIDI controller moves what without any map (n-th parameter as the plugin lists them).

    CC 1    modulation wheel   first parameter that is neither pitch nor amplitude
    CC 2    breath             amplitude
    CC 7    volume             gain; 127 is 0 dB, 64 is -12 dB, 0 is silence (General MIDI)
    CC 10   pan                a parameter pan of the plugin, or else the mixer's
    CC 12   effect control 1   temperature
    CC 13   effect control 2   top_p
    CC 16-23                   parameters 1-8 (general purpose; many knob boxes)
    CC 70-79                   parameters 1-10 (sound controllers; small keyboards' knobs)

A parameter that a tier generates is moved by none of them: a knob that is touched by chance would
override the tier. Notes, bend, expression and pedals are no matter of a table: see the router.
"""

from rtsynth.common.control_info import ControlInfo, SlotInfo
from rtsynth.host.mapping.binding import CC, Binding, Physical

MODULATION_CC = 1
BREATH_CC = 2
NAMED_CCS = {7: "gain", 10: "pan", 12: "temperature", 13: "top_p"}
GAIN_SPAN = (-60.0, 0.0)
PARAMETER_CCS = (range(16, 24), range(70, 80))  # n-th parameter
DEFAULT_CCS = (MODULATION_CC, BREATH_CC, *NAMED_CCS, *(cc for row in PARAMETER_CCS for cc in row))


def default_binding(moved: Physical, slot: SlotInfo) -> Binding | None:
    """What a control moves that no map names, on a channel that plays `slot`."""
    if moved.kind != CC:
        return None
    if (name := NAMED_CCS.get(moved.number)) is not None:
        target = slot.find(name)
    else:
        target = _parameter(moved.number, slot)
    if target is None or target.generation is not None:
        return None
    where = Physical(CC, moved.number)
    if target.name == "gain":
        return Binding(target.name, where, span=GAIN_SPAN, curve="volume")
    return Binding(target.name, where)


def _parameter(cc: int, slot: SlotInfo) -> ControlInfo | None:
    parameters = slot.parameters
    if cc == BREATH_CC:
        return next((each for each in parameters if each.role == "amplitude"), None)
    if cc == MODULATION_CC:
        free = [each for each in parameters if each.generation is None]
        others = [each for each in free if each.role not in ("pitch", "amplitude")]
        return next(iter(others or free), None)
    index = next((cc - row.start for row in PARAMETER_CCS if cc in row), len(parameters))
    return next(iter(parameters[index : index + 1]), None)
