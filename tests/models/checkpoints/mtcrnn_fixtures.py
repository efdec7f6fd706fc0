"""MTCRNN's checkpoints and what its own code answers (tests/fixtures/mtcrnn)."""

from pathlib import Path

import numpy as np
import torch

from rtsynth.families.mtcrnn.spec import MtcrnnConfig
from rtsynth_models.checkpoints.mtcrnn.args import read_args
from rtsynth_models.networks.mtcrnn import Mtcrnn
from tests.places import FIXTURES

FOLDER = FIXTURES / "mtcrnn"
FIXTURES = sorted(path for path in FOLDER.iterdir() if path.is_dir())


def golden_of(fixture: Path) -> dict[str, np.ndarray]:
    """inputs [T, I], and logits [T, Q] or mu, sigma_raw [T, D] or mu, sigma, pi [T, K, D]."""
    with np.load(fixture / "golden.npz") as file:
        return dict(file)


def golden_outputs(golden: dict[str, np.ndarray]) -> np.ndarray:
    """The answers as `teacher_force` stacks them."""
    if "logits" in golden:
        return golden["logits"]
    names = ("mu", "sigma", "pi") if "pi" in golden else ("mu", "sigma_raw")
    return np.stack([golden[name] for name in names], axis=1)


def config_of(fixture: Path) -> MtcrnnConfig:
    """Of the fixture's args.txt."""
    args = read_args(fixture / "log" / "args.txt")
    return MtcrnnConfig(
        network=args.net or 0,
        hidden_size=args.hidden_size,
        layers=args.n_layers,
        generated=len(args.generate),
        conditioning=len(args.prop),
        levels=args.mulaw_channels if args.audio else 0,
        phased=args.plstm,
        one_hot=args.onehot,
    )


def load(fixture: Path) -> Mtcrnn:
    """The network with the checkpoint's weights, read by PyTorch."""
    network = Mtcrnn(config_of(fixture))
    state = torch.load(fixture / "model" / "model_2000.pkl", weights_only=True)
    network.load_state_dict(state)
    return network
