"""Networks of all families with random weights, as plugins, and what they give as PyTorch has it.

A `Side` is a network with its manifest: the source of a growth, or its target.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from rtsynth.families.classes import class_counts
from rtsynth.families.mtcrnn.spec import MtcrnnConfig
from rtsynth.families.samplernn.spec import SampleRnnConfig
from rtsynth.plugin import Codec, Manifest, Parameter, Plugin, Tier, codec
from rtsynth_models.growth.grown import grown
from rtsynth_models.networks.gru import ConditionedGru
from rtsynth_models.networks.gru_names import plugin_names
from rtsynth_models.networks.mtcrnn import Mtcrnn
from rtsynth_models.networks.samplernn import SampleRnn

LEVELS = 16
CODECS = {"gru": "mu_law_round", "mtcrnn": "mu_law_floor", "samplernn": "mu_law"}
TIER = "audio"


def knob(name: str, low: float = 0.0, high: float = 1.0, **more: Any) -> Parameter:
    return Parameter(name=name, minimum=low, maximum=high, **({"default": low} | more))


def classes(*labels: str, name: str = "voice") -> Parameter:
    return knob(name, 0, len(labels) - 1, role="class", labels=list(labels))


@dataclass
class Side:
    """`parameters` are those of the conditioning, `outputs` those that it generates (mtcrnn)."""

    family: str
    config: dict[str, Any]
    parameters: list[Parameter] = field(default_factory=list)
    outputs: list[Parameter] = field(default_factory=list)
    seed: int = 0
    tensors: dict[str, np.ndarray] = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        shapes = self.find_shapes()
        # Larger than usual, so that everything matters.
        self.tensors = {
            name: rng.normal(0, 0.4, shape).astype(np.float32) for name, shape in shapes.items()
        }
        for name, value in self.tensors.items():  # of a phased LSTM: a clock that means something
            if name.endswith("period"):
                value[:] = rng.uniform(3, 20, value.shape)
            elif name.endswith("phase"):
                value[:] = -rng.uniform(0, 3, value.shape)
            elif name.endswith("ratio_on"):
                value[:] = 0.4

    def find_shapes(self) -> dict[str, tuple[int, ...]]:
        from rtsynth.plugin.family import find_family

        family, tier = find_family(self.family), self.manifest.tiers[0]
        shapes = family.tensor_shapes(self.manifest, tier)
        named = {f"{TIER}.{name}": shape for name, shape in shapes.items()}
        if self.family == "samplernn":
            named[f"rest.{TIER}"] = family.state_shape(self.manifest, tier)
        return named

    @property
    def manifest(self) -> Manifest:
        made = {}
        if not self.outputs:
            made = {"codec": Codec(name=CODECS[self.family], levels=LEVELS)}
        return Manifest(
            name=f"{self.family} {self.seed}",
            sample_rate_hz=16000 if not self.outputs else 100,
            tiers=[
                Tier(
                    name=TIER, family=self.family, rate_hz=16000 if not self.outputs else 100,
                    conditioning=[each.name for each in self.parameters],
                    outputs=[each.name for each in self.outputs], config=self.config,
                )
            ],
            parameters=[*self.parameters, *self.outputs],
            **made,
        )  # fmt: skip

    def grown_from(self, source: "Side") -> dict[str, np.ndarray]:
        plugin = Plugin(source.manifest, source.tensors)
        tensors = grown(plugin, self.manifest, self.tensors, TIER)
        assert tensors is not None
        assert {name: value.shape for name, value in tensors.items()} == self.find_shapes()
        return tensors

    def seen(self, values: dict[str, float]) -> np.ndarray:
        """What the network sees of engineering values; defaults where there is none."""
        row: list[float] = []
        expanded = self.family == "samplernn"
        counts = class_counts(self.manifest, self.manifest.tiers[0]) if expanded else []
        for number, each in enumerate(self.parameters):
            value = values.get(each.name, each.default)
            if expanded and each.role == "class":
                row += [max(0.0, 1 - abs(k - value)) for k in range(counts[number])]
            else:
                low, high = each.network_range
                row.append((value - low) / (high - low))
        return np.array(row, np.float32)

    @torch.no_grad()
    def outputs_of(
        self, tensors: dict[str, np.ndarray], codes: np.ndarray, values: dict[str, float]
    ) -> np.ndarray:
        """What the output layer gives for codes [T] (values [T, D], by name: see `fed`)."""
        state = {
            name.removeprefix(f"{TIER}."): torch.from_numpy(value)
            for name, value in tensors.items()
        }
        row = torch.from_numpy(self.seen(values))
        return getattr(self, f"_{self.family}")(state, codes, row)

    def _gru(self, state: dict[str, torch.Tensor], codes: np.ndarray, row: torch.Tensor):
        hidden, layers = self.config["hidden_size"], self.config["layers"]
        network = ConditionedGru(len(row), hidden, layers, LEVELS)
        network.load_state_dict(
            {theirs: state[ours] for theirs, ours in plugin_names(layers).items()}
        )
        heard = torch.from_numpy(codes).float()[:, None] / (LEVELS - 1)
        rows = row.expand(len(codes), 1, len(row))
        out, _ = network(heard, rows, torch.zeros(layers, 1, hidden))
        return out[:, 0].numpy()

    def _mtcrnn(self, state: dict[str, torch.Tensor], codes: np.ndarray, row: torch.Tensor):
        audio = not self.outputs
        config = MtcrnnConfig(
            generated=len(self.outputs) or 1, conditioning=len(row),
            levels=LEVELS if audio else 0, **self.config,
        )  # fmt: skip
        network = Mtcrnn(config)
        network.load_state_dict(state)
        fed = torch.from_numpy(codes)
        fed = network.as_input(fed.long() if audio else fed.float())
        rows = row.expand(len(codes), len(row))
        inputs = torch.cat([fed, rows], dim=-1)[:, None]
        out, _ = network(inputs, network.initial_state(1))
        return out[:, 0].numpy()

    def _samplernn(self, state: dict[str, torch.Tensor], codes: np.ndarray, row: torch.Tensor):
        config = SampleRnnConfig(**self.config)
        network = SampleRnn(config, codec.input_table("mu_law", LEVELS), len(row))
        state["h0"] = state.pop(f"rest.{TIER}")
        network.load_state_dict(state)
        steps = len(codes) - config.prompt_codes
        steps -= steps % config.longest_frame
        used = torch.from_numpy(codes[: config.prompt_codes + steps].astype(np.int32))[None]
        rows = row.expand(1, steps, len(row)) if len(row) else None
        out, _ = network(used, rows)
        return out[0].numpy()


def random_codes(steps: int = 80) -> np.ndarray:
    return np.random.default_rng(5).integers(0, LEVELS, steps)
