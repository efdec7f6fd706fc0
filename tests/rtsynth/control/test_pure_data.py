"""Pure Data as a real OSC client: vanilla [oscformat] and [netsend -u -b], replies included."""

from pathlib import Path

import pytest

from rtsynth.control.osc.surface.server import OscServer
from tests.requirements import require
from tests.rtsynth.control.programs import running, wait_until
from tests.rtsynth.control.recording_engine import RecordingEngine

pytestmark = pytest.mark.system

# loadbang -> connect; then a value, a note and a question; what comes back is printed.
PATCH = """#N canvas 0 0 700 500 12;
#X obj 10 10 loadbang;
#X msg 10 40 connect 127.0.0.1 {port};
#X obj 10 440 netsend -u -b;
#X obj 200 10 loadbang;
#X obj 200 40 delay 100;
#X obj 200 70 t b b b b;
#X msg 300 110 70.5;
#X obj 300 140 oscformat slot 1 param pitch;
#X msg 400 180 72 0.5;
#X obj 400 210 oscformat slot 1 note on;
#X msg 500 250 7;
#X obj 500 280 oscformat slot 1 seed;
#X obj 200 320 oscformat slot 1 param pitch get;
#X obj 200 380 list prepend send;
#X obj 200 410 list trim;
#X obj 10 470 oscparse;
#X obj 10 490 print reply;
#X msg 200 290 bang;
#X connect 0 0 1 0;
#X connect 1 0 2 0;
#X connect 3 0 4 0;
#X connect 4 0 5 0;
#X connect 5 3 6 0;
#X connect 5 2 8 0;
#X connect 5 1 10 0;
#X connect 5 0 17 0;
#X connect 6 0 7 0;
#X connect 8 0 9 0;
#X connect 10 0 11 0;
#X connect 17 0 12 0;
#X connect 7 0 13 0;
#X connect 9 0 13 0;
#X connect 11 0 13 0;
#X connect 12 0 13 0;
#X connect 13 0 14 0;
#X connect 14 0 2 0;
#X connect 2 1 15 0;
#X connect 15 0 16 0;
"""


def test_pure_data_plays_and_gets_answers(tmp_path: Path) -> None:
    require("pd")
    engine = RecordingEngine()
    with OscServer(engine, port=0) as server:
        patch = tmp_path / "client.pd"
        patch.write_text(PATCH.format(port=server.port))
        command = ["pd", "-nogui", "-noaudio", "-nomidi", "-stderr", "-open", str(patch)]
        with running(command) as process:
            assert wait_until(lambda: "reply:" in process.log()), process.log()
            calls = engine.wait_for(3)
            assert "reply: list slot 1 param pitch 72" in process.log()
    assert calls == [
        ("set", 1, "pitch", pytest.approx(70.5), None),
        ("note_on", 1, 72.0, 0.5, None),
        ("seed", 1, 7, None),
    ]
