"""Rows of stretches: carried on, begun anew, conditioned on what belongs to them."""

from pathlib import Path

import numpy as np
import pytest

from rtsynth_train.samplernn.batches import Stretches, evaluation_pieces, evaluation_places
from rtsynth_train.samplernn.material import Material, load_material
from rtsynth_train.samplernn.parts import Parts, Span, make_parts
from tests.train.samplernn.sets import RATE_HZ, tiny, write_classes, write_song

PROMPT, CHUNK = 8, 64


def stretches(tmp_path: Path, source: Path, **changes: object) -> tuple[Stretches, Material, Parts]:
    config = tiny(source, batches=changes)
    material = load_material(tmp_path / "runs" / "run", config.data)
    parts = make_parts(material, config.data, CHUNK)
    made = Stretches(material, parts.train, config.batches, RATE_HZ, PROMPT, CHUNK, seed=3)
    return made, material, parts


def test_rows_go_on_where_they_were_until_they_start_anew(tmp_path: Path) -> None:
    source, _, _ = stretches(tmp_path, write_song(tmp_path / "a.wav"), silent_starts=0.0)
    before = source.next_batch()
    assert before.restart.all()
    assert before.codes.shape == (4, PROMPT + CHUNK)
    carried = anew = 0
    for _ in range(50):
        batch = source.next_batch()
        for row in range(4):
            if batch.restart[row]:
                anew += 1
            else:
                carried += 1
                np.testing.assert_array_equal(
                    batch.codes[row, :PROMPT], before.codes[row, -PROMPT:]
                )
        before = batch
    assert carried > 100
    assert anew > 10


def test_rows_stay_within_what_is_trained_on(tmp_path: Path) -> None:
    source, material, parts = stretches(tmp_path, write_song(tmp_path / "a.wav"))
    end = parts.train[0].first + parts.train[0].length
    furthest = 0
    for _ in range(200):
        source.next_batch()
        furthest = max(furthest, int(max(source.state_dict()["at"])))
    assert end - 40 * CHUNK < furthest <= end < len(material.codes)


def test_a_share_of_stretches_starts_from_silence(tmp_path: Path) -> None:
    song = write_song(tmp_path / "a.wav")
    source, material, _ = stretches(tmp_path, song, silent_starts=0.5, longest_s=0.02)
    silent, starts = 0, 0
    for _ in range(100):
        batch = source.next_batch()
        quiet = (batch.codes[:, :PROMPT] == material.silence).all(axis=1)
        starts += int(batch.restart.sum())
        silent += int((quiet & batch.restart).sum())
    assert 0.35 < silent / starts < 0.65


def test_conditioning_belongs_to_the_codes_predicted(tmp_path: Path) -> None:
    source, material, _ = stretches(tmp_path, write_classes(tmp_path / "set"), silent_starts=0.0)
    for _ in range(20):
        at = source.state_dict()["at"]
        batch = source.next_batch()
        assert batch.conditioning is not None
        assert batch.conditioning.shape == (4, CHUNK, 3)
        for row in np.flatnonzero(~batch.restart):
            np.testing.assert_array_equal(
                batch.conditioning[row], material.conditioning_at(at[row], CHUNK)
            )
            np.testing.assert_array_equal(
                batch.codes[row, PROMPT:], material.codes[at[row] : at[row] + CHUNK]
            )


def test_resumed_batches_are_the_same(tmp_path: Path) -> None:
    song = write_song(tmp_path / "a.wav")
    source, _, _ = stretches(tmp_path, song)
    for _ in range(7):
        source.next_batch()
    state = source.state_dict()
    expected = [source.next_batch() for _ in range(9)]
    other, _, _ = stretches(tmp_path, song)
    other.load_state_dict(state)
    for batch in expected:
        again = other.next_batch()
        np.testing.assert_array_equal(again.codes, batch.codes)
        np.testing.assert_array_equal(again.restart, batch.restart)


def test_states_of_other_batches_are_refused(tmp_path: Path) -> None:
    song = write_song(tmp_path / "a.wav")
    source, _, parts = stretches(tmp_path, song)
    source.next_batch()
    state = source.state_dict()
    other, _, _ = stretches(tmp_path, song, rows=5)
    with pytest.raises(ValueError, match=r"it has 4 rows, batches\.rows is 5"):
        other.load_state_dict(state)
    end = parts.train[0].first + parts.train[0].length
    for at in (0, end - CHUNK + 1):  # in the silence before; over the end
        with pytest.raises(ValueError, match="its rows are not in what is trained on"):
            source.load_state_dict({**state, "at": [at] * 4, "left": [1] * 4})
    source.load_state_dict({**state, "at": [end - CHUNK] * 4, "left": [1] * 4})


def test_a_short_file_does_not_shorten_the_pieces_of_others() -> None:
    spans = [Span(100, 1000, 0), Span(5000, 70, 1), Span(9000, 3000, 2), Span(12_500, 16, 3)]
    pieces = evaluation_pieces(spans, 400, 16, 20)
    assert [steps for _, steps in pieces] == [400, 48, 16]
    assert [len(places) for places, _ in pieces] == [9, 1, 1]  # 9: what fits without overlap
    for places, steps in pieces:
        for place in places.tolist():
            assert any(s.first <= place and place + steps <= s.first + s.length for s in spans)
    assert evaluation_pieces([Span(7, 64, 0)], 3, 16, 20)[0][1] == 16  # never less than a frame


def test_places_are_spread_over_the_spans(tmp_path: Path) -> None:
    spans = [Span(100, 1000, 0), Span(5000, 100, 1), Span(9000, 3000, 2)]
    places = evaluation_places(spans, 100, 20)
    assert len(places) == 20
    for place in places.tolist():
        assert any(s.first <= place and place + 100 <= s.first + s.length for s in spans)
    assert (places < 2000).sum() >= 4
    assert (places > 8000).sum() >= 12
    assert evaluation_places([Span(7, 100, 0)], 100, 20).tolist() == [7]
