"""The PyTorch network and the engine are the same network."""

import numpy as np
import torch

import rtsynth
from rtsynth.plugin import Codec, Manifest, Parameter, Plugin, Tier
from rtsynth_models.networks.gru import ConditionedGru


def test_engine_gives_the_networks_logits() -> None:
    torch.manual_seed(3)
    network = ConditionedGru(conditioning=2, hidden_size=12, layers=3, levels=64)
    manifest = Manifest(
        name="test",
        sample_rate_hz=16000,
        codec=Codec(name="mu_law_round", levels=64),
        tiers=[
            Tier(
                name="audio",
                family="gru",
                rate_hz=16000,
                conditioning=["a", "b"],
                config={"hidden_size": 12, "layers": 3},
            )
        ],
        parameters=[Parameter(name=name, minimum=0, maximum=1, default=0.5) for name in ("a", "b")],
    )
    codes = np.random.default_rng(0).integers(64, size=50)
    rows = np.random.default_rng(1).random((50, 2)).astype(np.float32)
    state = network.initial_state(1)
    with torch.no_grad():
        heard = torch.from_numpy(codes).float().unsqueeze(1) / 63
        expected, last = network(heard, torch.from_numpy(rows).unsqueeze(1), state)
    plugin = Plugin(manifest, network.plugin_tensors())
    logits, after = rtsynth.teacher_force(plugin, codes, rows, state[:, 0].numpy())
    np.testing.assert_allclose(logits, expected[:, 0].numpy(), atol=1e-5)
    np.testing.assert_allclose(after.hidden, last[:, 0].numpy(), atol=1e-5)
