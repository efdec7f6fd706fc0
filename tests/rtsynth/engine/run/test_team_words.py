"""Where the words of a team lie."""

from rtsynth.engine.kernels.records import words_of
from rtsynth.engine.program.layout import MAX_AHEAD
from rtsynth.engine.run import team_words as words

LINE = 8  # words of a cache line


def test_words_that_are_contended_lie_on_lines_of_their_own() -> None:
    assert words.TEAM_TASKS % LINE == words.TASK_WORDS % LINE == 0
    lines = {place // LINE for place in (words.TASK_CLAIM, words.TASK_DONE, words.TASK_SHARES)}
    assert len(lines) == 3


def test_nothing_lies_on_anything_else() -> None:
    assert words.TEAM_RAISED < words.TEAM_PENDING
    assert words.TEAM_PENDING + words.TASKS <= words.TEAM_TASKS
    assert words.TASK_SHARES < words.TASK_ARGUMENTS
    assert words.TASK_ARGUMENTS + words_of(words.Task) <= words.TASK_WORDS
    assert words.TEAM_TASKS + words.TASKS * words.TASK_WORDS == words.TEAM_WORDS
    assert words.TASKS == MAX_AHEAD + 1
