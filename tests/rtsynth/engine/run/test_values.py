"""Drawn values and their way down: distributions, heads, upsampling, the performer's controls."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special, stats

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.program.layout import HEADER_WORDS, LEAST_SHARE, RNG_COUNT
from rtsynth.engine.run import values
from rtsynth.engine.run.rng import seed_header
from tests.rtsynth import reference_tiers
from tests.rtsynth.engine.run.test_rng import MASK, header_giving, splitmix64

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
DRAWS = 100_000
RANDOM = np.random.default_rng(11)
FIRST, SECOND, THIRD, AT, PREVIOUS = 0, 64, 128, 192, 224  # places in the arena of these tests
SEED = 5


@jit()
def _draw_normals(header: Any, arena: Any, stride: Any, beta: Any, out: Any) -> None:
    for t in range(out.shape[0]):
        values.draw_normal(
            header, 0, arena, FIRST, SECOND, out.shape[1], stride, AT, PREVIOUS, beta
        )
        for i in range(out.shape[1]):
            out[t, i] = arena[AT + i]


@jit()
def _draw_mixtures(header: Any, arena: Any, components: Any, out: Any) -> None:
    for t in range(out.shape[0]):
        values.draw_mixture(
            header, 0, arena, FIRST, SECOND, THIRD, components, out.shape[1], AT, PREVIOUS
        )
        for i in range(out.shape[1]):
            out[t, i] = arena[AT + i]


@jit()
def _controlled(value: Any, controls: Any, out: Any) -> None:
    for i in range(value.size):
        out[i] = values.controlled(
            value[i], controls[0], controls[1], controls[2], controls[3], controls[4], controls[5]
        )


def _header(seed: int = SEED) -> NDArray[np.int64]:
    header = np.zeros(HEADER_WORDS, np.int64)
    seed_header(header, 0, seed)
    return header


def _uniforms(count: int, seed: int = SEED) -> F64:
    """The random numbers that a voice of that seed draws."""
    state, out = splitmix64(seed)[1], []
    for _ in range(count):
        state, output = splitmix64(state)
        out.append(((output >> 41) + 0.5) * 2.0**-23)
    return np.array(out)


def _arena(*parts: tuple[int, Any]) -> F32:
    arena = np.zeros(256, np.float32)
    for at, numbers in parts:
        flat = np.asarray(numbers, np.float32).ravel()
        arena[at : at + flat.size] = flat
    return arena


def _control(value: F32, *controls: float) -> F32:
    """low, span, knob, take, offset, scale."""
    out = np.empty_like(value)
    _controlled(value, np.array(controls, np.float32), out)
    return out


# --- normal distributions ------------------------------------------------------------------------

MU = np.array([0.25, -1.0, 3.0])
SIGMA_RAW = np.array([-2.0, 0.0, 1.5])


@pytest.mark.parametrize("beta", [0.5, 1.0, 4.0])
def test_normal_draws_have_their_distribution(beta: float) -> None:
    out = np.empty((DRAWS, 3), np.float32)
    _draw_normals(_header(), _arena((FIRST, MU), (SECOND, SIGMA_RAW)), 1, beta, out)
    width = reference_tiers.softplus(SIGMA_RAW, beta)
    normal = (out - MU) / width
    # Four standard errors of a mean and of a variance.
    assert np.abs(normal.mean(axis=0)).max() < 4 / np.sqrt(DRAWS)
    assert np.abs(normal.var(axis=0) - 1).max() < 4 * np.sqrt(2 / DRAWS)
    for column in normal.T:
        assert stats.kstest(column, "norm").pvalue > 0.001
    assert np.abs(np.corrcoef(normal.T) - np.eye(3)).max() < 4 / np.sqrt(DRAWS)


@pytest.mark.parametrize("stride", [1, 16])
def test_a_normal_draw_is_a_quantile_of_one_random_number(stride: int) -> None:
    """mu + softplus(sigma_raw, beta) * quantile(u), in the order of the parameters."""
    out, header = np.empty((300, 3), np.float32), _header()
    spread = np.zeros((2, 3, stride))
    spread[0, :, 0], spread[1, :, 0] = MU, SIGMA_RAW
    _draw_normals(header, _arena((FIRST, spread[0]), (SECOND, spread[1])), stride, 1.7, out)
    u = _uniforms(out.size).reshape(out.shape)
    exact = MU + special.ndtri(u) * reference_tiers.softplus(SIGMA_RAW, 1.7)
    np.testing.assert_allclose(out, exact, rtol=1e-6, atol=1e-6)
    assert header[RNG_COUNT] == out.size


def test_the_value_before_is_kept() -> None:
    arena, header = _arena((FIRST, MU), (SECOND, SIGMA_RAW)), _header()
    drawn = []
    for _ in range(5):
        values.draw_normal(header, 0, arena, FIRST, SECOND, 3, 1, AT, PREVIOUS, 1.0)
        drawn.append(arena[AT : AT + 3].copy())
        before = drawn[-2] if len(drawn) > 1 else np.zeros(3, np.float32)
        np.testing.assert_array_equal(arena[PREVIOUS : PREVIOUS + 3], before)


def test_beta_is_the_temperature() -> None:
    """The higher, the narrower; beta 0 is taken for the least there is and not divided by."""
    spread = []
    for beta in (0.0, 0.05, 1.0, 20.0):
        out = np.empty((4000, 3), np.float32)
        _draw_normals(_header(), _arena((SECOND, SIGMA_RAW)), 1, beta, out)
        spread.append(float(out.std()))
    assert np.isfinite(spread).all()
    assert sorted(spread, reverse=True) == spread


@pytest.mark.parametrize(
    ("mu", "sigma_raw", "kept"),
    [(np.inf, 0, 100), (-np.inf, 0, -100), (1e30, 0, 100), (0, 1e30, None), (np.nan, 0, 0),
     (0, np.nan, 0), (np.inf, np.inf, None)],
)  # fmt: skip
def test_a_network_that_runs_away_still_gives_numbers(
    mu: float, sigma_raw: float, kept: float | None
) -> None:
    """Too large becomes the largest; what is no number leaves the value where it was."""
    out = np.empty((50, 1), np.float32)
    _draw_normals(_header(), _arena((FIRST, mu), (SECOND, sigma_raw)), 1, 1.0, out)
    assert np.isfinite(out).all()
    assert np.abs(out).max() <= 100
    if kept is not None:
        assert np.all(out == kept)


# --- mixtures ------------------------------------------------------------------------------------

CENTRES = np.array([[0.0, 5.0], [10.0, -5.0], [20.0, -20.0]])  # [K, D]
WIDTHS = np.array([[0.5, 1.0], [1.0, 0.25], [0.8, 0.5]])
SHARES = np.array([[0.2, 0.6], [0.3, 0.05], [0.5, 0.35]])
MIXTURE = [(FIRST, CENTRES), (SECOND, WIDTHS), (THIRD, SHARES)]


def test_mixture_draws_have_their_distribution() -> None:
    out = np.empty((DRAWS, 2), np.float32)
    _draw_mixtures(_header(), _arena(*MIXTURE), 3, out)
    mean = (SHARES * CENTRES).sum(axis=0)
    variance = (SHARES * (WIDTHS**2 + CENTRES**2)).sum(axis=0) - mean**2
    assert np.abs(out.mean(axis=0) - mean).max() < 4 * np.sqrt(variance.max() / DRAWS)
    np.testing.assert_allclose(out.var(axis=0), variance, rtol=0.02)
    for column in range(2):
        # The components are so far apart that the nearest is the one that was drawn from.
        nearest = np.abs(out[:, column, None] - CENTRES[:, column]).argmin(axis=1)
        counts = np.bincount(nearest, minlength=3)
        assert stats.chisquare(counts, SHARES[:, column] * DRAWS).pvalue > 0.001
        for k in range(3):
            of_component = (out[nearest == k, column] - CENTRES[k, column]) / WIDTHS[k, column]
            # Cut where the next component begins: far out.
            assert stats.kstest(of_component[np.abs(of_component) < 4], "norm").pvalue > 0.001


def test_a_mixture_draw_takes_two_random_numbers() -> None:
    out, header = np.empty((500, 2), np.float32), _header()
    _draw_mixtures(header, _arena(*MIXTURE), 3, out)
    u = _uniforms(4 * len(out)).reshape(len(out), 2, 2)
    edges = np.cumsum(SHARES, axis=0)
    chosen = (u[:, :, 0, None] >= edges.T[None, :, :2]).sum(axis=2)
    columns = np.arange(2)
    quantiles = special.ndtri(u[:, :, 1])
    exact = CENTRES[chosen, columns] + WIDTHS[chosen, columns] * quantiles
    np.testing.assert_allclose(out, exact, rtol=1e-6, atol=1e-6)
    assert header[RNG_COUNT] == 2 * out.size


def test_a_component_without_a_share_is_never_drawn() -> None:
    shares = np.array([[0.5, 0.0], [0.0, 0.0], [0.5, 1.0]])
    out = np.empty((20_000, 2), np.float32)
    _draw_mixtures(_header(), _arena(*MIXTURE[:2], (THIRD, shares)), 3, out)
    nearest = np.abs(out[:, :, None] - CENTRES.T).argmin(axis=2)
    assert set(nearest[:, 0].tolist()) == {0, 2}
    assert set(nearest[:, 1].tolist()) == {2}


@jit()
def _component(u: Any, arena: Any, components: Any, stride: Any) -> Any:
    return values.component_of(u, arena, THIRD, components, stride)


@pytest.mark.parametrize("u", [2.0**-24, 0.5, 1 - 2.0**-24])
@pytest.mark.parametrize("improbable", [0.0, 1e-30, 0.9 * LEAST_SHARE])
def test_a_component_of_next_to_no_share_is_never_chosen(u: float, improbable: float) -> None:
    for probable in range(5):
        shares = np.full((5, 2), improbable)
        shares[probable] = 1 - 4 * improbable
        arena = _arena((THIRD, shares))
        assert _component(np.float32(u), arena, 5, 2) == probable


def test_a_component_of_a_small_share_is_chosen() -> None:
    shares = np.array([[2 * LEAST_SHARE], [1 - 4 * LEAST_SHARE], [2 * LEAST_SHARE]])
    arena = _arena((THIRD, shares))
    assert _component(np.float32(2.0**-24), arena, 3, 1) == 0
    assert _component(np.float32(1 - 2.0**-24), arena, 3, 1) == 2


@pytest.mark.parametrize("output", [0, MASK])
def test_the_ends_of_the_random_numbers_stay_within_five_deviations(output: int) -> None:
    """The bound of a float32 draw: 5.3 standard deviations either way, and the same both ways."""
    bound = special.ndtri(1 - 2.0**-24)
    arena = _arena((SECOND, SIGMA_RAW))
    values.draw_normal(header_giving(output), 0, arena, FIRST, SECOND, 1, 1, AT, PREVIOUS, 1.0)
    width = reference_tiers.softplus(SIGMA_RAW[:1], 1.0)[0]
    assert arena[AT] / width == pytest.approx(-bound if output == 0 else bound, rel=1e-5)
    # A mixture's first number chooses the component: the last (or first) with a share.
    shares = np.array([[1e-9], [1.0], [1e-9]])
    arena = _arena((FIRST, [[-50.0], [0.0], [50.0]]), (SECOND, [[1.0]] * 3), (THIRD, shares))
    header = header_giving(output)
    values.draw_mixture(header, 0, arena, FIRST, SECOND, THIRD, 3, 1, AT, PREVIOUS)
    assert abs(arena[AT]) <= bound


@pytest.mark.parametrize("beta", [0.05, 1.0, 20.0])
@pytest.mark.parametrize("scale", [0.0, 1.0, 1e4])
def test_mixture_head(beta: float, scale: float) -> None:
    sigma, pi = (scale * RANDOM.normal(0, 1, (3, 7)).astype(np.float32) for _ in range(2))
    arena = _arena((SECOND, sigma), (THIRD, pi))
    values.mixture_head(arena, SECOND, THIRD, 3, 7, beta)
    widths = arena[SECOND : SECOND + 21].reshape(3, 7)
    shares = arena[THIRD : THIRD + 21].reshape(3, 7)
    exact = reference_tiers.softplus(sigma.astype(np.float64), beta)
    np.testing.assert_allclose(widths, exact, rtol=1e-6, atol=1e-12)
    exact = reference_tiers.softmax(pi.astype(np.float64), 0)
    np.testing.assert_allclose(shares, exact, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(shares.sum(axis=0), 1, rtol=1e-6)


# --- on the way down -----------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [1, 4, 32, 128])
def test_linear_is_interpolation_of_the_drawn_values_a_step_late(factor: int) -> None:
    drawn = RANDOM.uniform(-1, 2, 20).astype(np.float32)
    moved = reference_tiers.upsampled(drawn, factor, "linear")
    times = np.arange(20 * factor)
    known = np.concatenate([drawn[:1], drawn])  # there is none before the first
    exact = np.interp(times, np.arange(21) * factor, known)
    np.testing.assert_allclose(moved, exact, rtol=0, atol=5e-7)
    engine = [
        values.upsampled(
            drawn[t // factor], np.float32(known[t // factor]),
            np.float32(t % factor) / np.float32(factor), True,
        )
        for t in times
    ]  # fmt: skip
    np.testing.assert_array_equal(np.array(engine, np.float32), moved)


def test_hold_is_the_last_value() -> None:
    for position in (0.0, 0.5, 0.999):
        args = (np.float32(0.7), np.float32(0.1), np.float32(position))
        assert np.float32(values.upsampled(*args, False)) == np.float32(0.7)


ANY = np.concatenate(
    [RANDOM.normal(0, 1, 1000), RANDOM.normal(0, 1e-30, 100), [0.0, -0.0, 100.0, -100.0]]
).astype(np.float32)
RANGE = (-40.0, 80.0)  # low, span
DEFAULTS = (0.0, 0.0, 1.0)  # take, offset, scale


def test_controls_at_their_defaults_leave_every_bit() -> None:
    got = _control(ANY, *RANGE, 17.0, *DEFAULTS)
    np.testing.assert_array_equal(got.view(np.int32), ANY.view(np.int32))


@pytest.mark.parametrize(("offset", "scale"), [(5.0, 1.0), (0.0, 1.1), (-3.5, 0.5), (80.0, 0.0)])
def test_offset_and_scale_are_in_the_unit(offset: float, scale: float) -> None:
    got = _control(ANY, *RANGE, 17.0, 0.0, offset, scale)
    exact = reference_tiers.controlled(ANY, -40, 40, offset, scale)
    np.testing.assert_array_equal(got.view(np.int32), exact.view(np.int32))
    in_unit = -40.0 + 80.0 * ANY.astype(np.float64)
    wanted = in_unit * scale + offset
    np.testing.assert_allclose(-40.0 + 80.0 * got.astype(np.float64), wanted, rtol=1e-6, atol=1e-4)


def test_taken_over_it_is_the_knob_whatever_the_value() -> None:
    for more in (DEFAULTS[1:], (5.0, 0.5)):
        got = _control(ANY, *RANGE, 17.0, 1.0, *more)
        assert np.all(got == np.float32(57.0) / np.float32(80.0))


def test_half_taken_over_it_is_half_way() -> None:
    got = _control(ANY, *RANGE, 17.0, 0.5, 0.0, 1.0)
    np.testing.assert_allclose(got, (ANY + np.float32(57 / 80)) / 2, rtol=1e-6, atol=1e-6)
