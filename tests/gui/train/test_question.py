"""A command's answer, its failure, and one that nobody waits for any more."""

import sys

import pytest

from rtsynth_gui.train.question import Question
from tests.gui.conftest import Spin

pytestmark = pytest.mark.system


@pytest.fixture
def question(spin: Spin) -> Question:
    return Question()


def answers_of(question: Question) -> list[tuple[str, bool]]:
    answers: list[tuple[str, bool]] = []
    question.answered.connect(lambda text, failure: answers.append((text, failure)))
    return answers


def test_an_answer_at_low_priority(question: Question, spin: Spin) -> None:
    answers = answers_of(question)
    question.ask(sys.executable, ["-c", "import os; print('é', os.nice(0) >= 10)"])
    assert question.waiting
    spin(lambda: answers)
    assert answers == [("é True", False)]
    assert not question.waiting


def test_a_failure_is_its_last_line(question: Question, spin: Spin) -> None:
    answers = answers_of(question)
    question.ask(sys.executable, ["-c", "import sys; sys.exit('one\\nrtsynth: x: no such file')"])
    spin(lambda: answers)
    assert answers == [("x: no such file", True)]
    question.ask("/no/such/program", [])
    spin(lambda: len(answers) == 2)
    assert answers[1][1]
    assert not question.waiting


def test_only_the_last_question_is_answered(question: Question, spin: Spin) -> None:
    answers = answers_of(question)
    question.ask(sys.executable, ["-c", "import time; time.sleep(30); print('first')"])
    question.ask(sys.executable, ["-c", "print('second')"])
    spin(lambda: answers)
    assert answers == [("second", False)]
    question.ask(sys.executable, ["-c", "import time; time.sleep(30)"])
    question.cancel()
    assert not question.waiting
