"""A network of one matrix that learns to copy its input, and its job."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import nn

from rtsynth.plugin import Plugin
from rtsynth_train.core.config import AdamConfig
from rtsynth_train.core.job import Job
from rtsynth_train.core.trainer import Report, Trainer

SCHEDULE = SimpleNamespace(evaluate_every=5, checkpoint_every=5, preview_every=5)


class ToyTrainer(Trainer[nn.Linear]):
    """Its hidden state counts the steps, its place in the data is `at`."""

    in_recordings = ("hidden", "at")

    def __init__(self, **settings: Any) -> None:
        torch.manual_seed(0)
        config = AdamConfig(**{"steps": 10, "rate": 0.1, "warm_up_steps": 0, **settings})
        self.at, self.factor = 0, 1.0
        self.generator = torch.Generator().manual_seed(1)
        super().__init__(self.new_network(), config, torch.zeros(1), torch.device("cpu"))

    def new_network(self) -> nn.Linear:
        return nn.Linear(3, 3)

    def step(self) -> Report:
        inputs = torch.randn(8, 3, generator=self.generator)
        rate = self.begin_update()
        loss = self.factor * nn.functional.mse_loss(self.network(inputs), inputs)
        loss.backward()
        self.at += 8
        mean, norm = self.finish_update(float(loss.detach()), self._hidden + 1)
        return Report(self.step_count, mean, norm, rate)

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "at": self.at, "generator": self.generator.get_state()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        super().load_state_dict(state)
        self.at = state["at"]
        self.generator.set_state(state["generator"])


class ToyJob(Job[ToyTrainer]):
    """No plugin comes of it."""

    unit = "mse"

    def __init__(self, **settings: Any) -> None:
        super().__init__(ToyTrainer(**settings), SCHEDULE)

    def material(self) -> str:
        return "noise"

    def held_out(self) -> float:
        return 0.5

    def export(self, path: Path, held_out: float | None, seconds: float) -> Plugin:
        raise NotImplementedError
