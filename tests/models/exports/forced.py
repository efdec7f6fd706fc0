"""An exported plugin, teacher-forced: the parts step as their metadata says, by any means."""

from collections.abc import Callable, Mapping

import numpy as np

from rtsynth_models.exports.part import (
    ABOVE,
    CODES,
    CONDITIONING,
    LOGITS,
    NEXT_STATE,
    OUTPUTS,
    STATE,
    STEP,
    VALUES,
    VECTORS,
    Part,
)

Arrays = dict[str, np.ndarray]
Run = Callable[[str, Arrays], Mapping[str, np.ndarray]]  # (a part's name, its inputs)


def forced(
    parts: list[Part],
    run: Run,
    inputs: np.ndarray,
    conditioning: np.ndarray | None,
    state: np.ndarray | None = None,
    prompt: int = 0,
) -> np.ndarray:
    """What a tier's head makes of `inputs`, as `rtsynth.teacher_force` gives it.

    `parts` are those of the tier; by default it starts from their own states. `prompt` codes of a
    network of frames come first.
    """
    states = {part.name: part.initial for part in parts if part.initial is not None}
    if state is not None:
        states = {parts[-1].name: state}
    held = {name: np.asarray(value, np.float32)[:, None] for name, value in states.items()}
    vectors: Arrays = {}
    made = []
    for now in range(prompt, len(inputs)):
        last = ""
        for part in parts:
            if (now - prompt) % part.every == 0:
                given = _given(part, now, inputs, conditioning, prompt)
                if ABOVE in part.inputs:
                    above = next(each for each in parts if each.name == last)
                    given[ABOVE] = vectors[last][:, (now - prompt) % above.every // part.every]
                if STATE in part.inputs:
                    given[STATE] = held[part.name]
                got = run(part.name, given)
                if NEXT_STATE in got:
                    held[part.name] = got[NEXT_STATE]
                if VECTORS in got:
                    vectors[part.name] = got[VECTORS]
            last = part.name
        made.append(got[LOGITS if LOGITS in got else OUTPUTS][0])
    return np.stack(made)


def _given(
    part: Part,
    now: int,
    inputs: np.ndarray,
    conditioning: np.ndarray | None,
    prompt: int,
) -> Arrays:
    given: Arrays = {}
    if CODES in part.inputs:
        (width,) = part.inputs[CODES]
        end = now if prompt else now + 1  # a network of frames predicts the code itself
        given[CODES] = np.asarray(inputs[end - width : end], np.int64)[None]
    if VALUES in part.inputs:
        given[VALUES] = np.asarray(inputs[now], np.float32)[None]
    if CONDITIONING in part.inputs:
        assert conditioning is not None
        given[CONDITIONING] = np.asarray(conditioning[now], np.float32)[None]
    if STEP in part.inputs:
        given[STEP] = np.array([[now]], np.int64)
    return given


def drawn_from(outputs: np.ndarray) -> np.ndarray:
    """Raw outputs of a mixture as `teacher_force` gives them: mu, sigma and pi."""
    if outputs.ndim < 4:
        return outputs
    mu, raw, logits = np.moveaxis(outputs.astype(np.float64), 1, 0)
    pi = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.stack([mu, np.logaddexp(0, raw), pi / pi.sum(axis=1, keepdims=True)], axis=1)
