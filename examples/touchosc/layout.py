"""rtsynth: writes rtsynth.tosc, a layout for TouchOSC (version 1.1 and later).

Start an engine that the tablet may reach, with the tablet's address:

    rtsynth play clarinet-trumpet --voices 4 --osc 0.0.0.0:9000 --osc-allow 192.168.1.30

Open rtsynth.tosc in TouchOSC. Under Connections, OSC, connection 1, set: UDP, host: the computer's
address, send port 9000, receive port 9100.

You get eight pads that play notes, faders for the plugin's parameters, level and pan, which follow
when somebody else moves them, a pad that bends the first voice and sets its level, presets, a fader
between the presets a and b, and a button that silences everything.

To change the layout, edit the tables below and run:   python layout.py
"""

import sys
import uuid
import zlib
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

NOTES = (64, 66, 67, 69, 71, 72, 74, 76)
FADERS = (  # address, least, greatest, colour
    ("/slot/1/param/pitch", 64, 76, (0.9, 0.6, 0.2)),
    ("/slot/1/param/amplitude", 0.1, 1, (0.3, 0.7, 0.9)),
    ("/slot/1/param/instrument", 0, 1, (0.4, 0.8, 0.4)),
    ("/slot/1/envelope/release", 0, 1000, (0.7, 0.5, 0.9)),
    ("/slot/1/gain", -60, 12, (0.7, 0.7, 0.7)),
    ("/slot/1/pan", -1, 1, (0.7, 0.7, 0.7)),
)
BUTTONS = (  # text, address, arguments before the one that is sent
    ("keep a", "/slot/1/preset/save", ("a",)),
    ("keep b", "/slot/1/preset/save", ("b",)),
    ("previous", "/slot/1/preset/previous", ()),
    ("next", "/slot/1/preset/next", ()),
    ("silence", "/panic", ()),
)
WIDTH, HEIGHT = 1024, 640
# What makes the faders follow: the engine is asked again every 5 s (it forgets after 10), and is
# sent back what it asks a tablet to confirm.
SCRIPT = """
local asked = -5000

function update()
  if getMillis() - asked >= 5000 then
    asked = getMillis()
    sendOSC({ '/notify', { { tag = 'i', value = 1 }, { tag = 'i', value = 9100 },
                           { tag = 's', value = 'values' } } })
  end
end

function onReceiveOSC(message, connections)
  if message[1] == '/notify/confirm' then
    sendOSC(message)
  end
end
"""


def add(parent, tag, text=None, **attributes):
    element = SubElement(parent, tag, attributes)
    if text is not None:
        element.text = str(text)
    return element


def add_property(node, kind, key, value):
    """`kind` as in the file: b(oolean), c(olour), f(loat), i(nteger), r(ectangle), s(tring)."""
    element = add(node.find("properties"), "property", type=kind)
    add(element, "key", key)
    names = {"c": "rgba", "r": "xywh"}.get(kind)
    holder = add(element, "value", None if names else value)
    for name, part in zip(names or "", value if names else (), strict=True):
        add(holder, name, part)


def new_node(kind, name, frame, colour=(0.25, 0.25, 0.25), parent=None):
    node = Element("node", ID=str(uuid.uuid5(uuid.NAMESPACE_URL, f"rtsynth/{name}")), type=kind)
    for part in ("properties", "values", "messages", "children"):
        add(node, part)
    add_property(node, "s", "name", name)
    add_property(node, "r", "frame", frame)
    add_property(node, "c", "color", (*colour, 1))
    if parent is not None:
        parent.find("children").append(node)
    return node


def add_value(node, key, default):
    value = add(node.find("values"), "value")
    for tag, text in (("key", key), ("locked", 0), ("lockedDefaultCurrent", 0)):
        add(value, tag, text)
    add(value, "default", default)
    add(value, "defaultPull", 0)


def add_partial(parent, kind, conversion, value, low=0, high=1):
    partial = add(parent, "partial")
    for tag, text in (("type", kind), ("conversion", conversion), ("value", value)):
        add(partial, tag, text)
    add(partial, "scaleMin", low)
    add(partial, "scaleMax", high)


def add_message(node, address, arguments, when=("x", "ANY"), *, receive=False):
    """`arguments`: ("CONSTANT", conversion, value) or ("VALUE", "FLOAT", key, low, high)."""
    message = add(node.find("messages"), "osc")
    for tag, text in (("enabled", 1), ("send", 1), ("receive", int(receive)), ("feedback", 0)):
        add(message, tag, text)
    add(message, "connections", "00001")
    trigger = add(add(message, "triggers"), "trigger")
    add(trigger, "var", when[0])
    add(trigger, "condition", when[1])
    add_partial(add(message, "path"), "CONSTANT", "STRING", address)
    holder = add(message, "arguments")
    for argument in arguments:
        add_partial(holder, *argument)


def add_label(root, text, frame):
    label = new_node("LABEL", f"label {text}", frame, (0, 0, 0), root)
    add_property(label, "b", "background", 0)
    add_property(label, "b", "interactive", 0)
    add_property(label, "i", "textSize", 16)
    add_value(label, "text", text)


def add_pads(root):
    for place, note in enumerate(NOTES):
        pad = new_node("BUTTON", f"note {note}", (16 + 124 * place, 16, 112, 112), parent=root)
        add_value(pad, "x", 0)
        velocity = ("VALUE", "FLOAT", "x", 0, 0.8)  # 0, when it is released, ends the note
        add_message(pad, "/slot/1/note/on", [("CONSTANT", "INTEGER", note), velocity], ("x", "ANY"))


def add_faders(root):
    for place, (address, low, high, colour) in enumerate(FADERS):
        left = 16 + 100 * place
        fader = new_node("FADER", address.rpartition("/")[2], (left, 176, 84, 300), colour, root)
        add_value(fader, "x", 0)
        add_message(fader, address, [("VALUE", "FLOAT", "x", low, high)], receive=True)
        add_label(root, address.rpartition("/")[2], (left - 8, 148, 100, 24))


def add_voice_pad(root):
    pad = new_node("XY", "first voice", (632, 176, 376, 300), (0.9, 0.4, 0.4), root)
    add_value(pad, "x", 0.5)
    add_value(pad, "y", 0.8)
    bend, level = ("VALUE", "FLOAT", "x", 64, 76), ("VALUE", "FLOAT", "y", 0.1, 1)
    add_message(pad, "/slot/1/voice/1/param/pitch", [bend], ("x", "ANY"))
    add_message(pad, "/slot/1/voice/1/param/amplitude", [level], ("y", "ANY"))
    add_label(root, "the first voice: pitch and level", (632, 148, 376, 24))


def add_buttons(root):
    for place, (text, address, arguments) in enumerate(BUTTONS):
        frame = (16 + 124 * place, 528, 112, 96)
        button = new_node("BUTTON", text, frame, (0.5, 0.5, 0.2), root)
        add_value(button, "x", 0)
        given = [("CONSTANT", "STRING", argument) for argument in arguments]
        add_message(button, address, given, ("x", "RISE"))
        add_label(root, text, (frame[0], 500, 112, 24))


def add_morph(root):
    fader = new_node("FADER", "morph", (632, 528, 376, 96), (0.2, 0.6, 0.6), root)
    add_property(fader, "i", "orientation", 1)  # lying
    add_value(fader, "x", 0)
    names = [("CONSTANT", "STRING", "a"), ("CONSTANT", "STRING", "b")]
    add_message(fader, "/slot/1/preset/morph", [*names, ("VALUE", "FLOAT", "x", 0, 1)])
    add_label(root, "from preset a to preset b", (632, 500, 376, 24))


def layout():
    """The layout as XML."""
    root = new_node("GROUP", "rtsynth", (0, 0, WIDTH, HEIGHT), (0, 0, 0))
    add_property(root, "s", "script", SCRIPT)
    for part in (add_pads, add_faders, add_voice_pad, add_buttons, add_morph):
        part(root)
    document = Element("lexml", version="3")
    document.append(root)
    indent(document, "")
    return tostring(document, encoding="UTF-8", xml_declaration=True)


if __name__ == "__main__":
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("rtsynth.tosc")
    path.write_bytes(zlib.compress(layout(), 9))
