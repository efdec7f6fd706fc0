"""Where things are: a test beside every module, no long file without a reason, few rooms.

A module's test lies in `tests/` where the module lies in its package, under its name:

    rtsynth/host/slot.py -> tests/rtsynth/host/test_slot.py
    gui/rtsynth_gui/link/inbox.py -> tests/gui/link/test_inbox.py
"""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = {
    "rtsynth": "tests/rtsynth",
    "gui/rtsynth_gui": "tests/gui",
    "models/rtsynth_models": "tests/models",
    "train/rtsynth_train": "tests/train",
}
LONGEST = 350  # lines
# A paragraph of a longer file's docstring begins so, and says why it is one file.
REASON = "Over 350 lines: "
MOST_ENTRIES = 12  # of rtsynth/
NO_NAMESAKE = ("__init__.py", "__main__.py")  # of no package: what they do, other tests see

# Modules that another test covers: all of it is seen there.
COVERED = {
    **{
        f"models/rtsynth_models/growth/{name}.py": "tests/models/growth/test_grown.py"
        for name in ("gru", "mtcrnn", "request", "samplernn")
    },
    "gui/rtsynth_gui/app.py": "tests/gui/test_command.py",
    "rtsynth/common/more.py": "tests/rtsynth/host/test_steering.py",
    "gui/rtsynth_gui/panels/card.py": "tests/gui/panels/test_generated_row.py",
    "gui/rtsynth_gui/screenshot.py": "tests/gui/test_command.py",
    "gui/rtsynth_gui/takes/buttons.py": "tests/gui/takes/test_page.py",
    "models/rtsynth_models/exports/cells.py": "tests/models/exports/test_onnx_file.py",
    "models/rtsynth_models/exports/gru.py": "tests/models/exports/test_onnx_file.py",
    "models/rtsynth_models/exports/mtcrnn.py": "tests/models/exports/test_onnx_file.py",
    "models/rtsynth_models/exports/nn_module.py": "tests/models/exports/test_nn_file.py",
    "models/rtsynth_models/exports/onnx_ops.py": "tests/models/exports/test_onnx_file.py",
    "models/rtsynth_models/exports/samplernn.py": "tests/models/exports/test_onnx_file.py",
    "models/rtsynth_models/exports/torch_ops.py": "tests/models/exports/test_nn_file.py",
    "rtsynth/engine/kernels/panels.py": "tests/rtsynth/engine/run/test_tape.py",
    "rtsynth/engine/run/recall.py": "tests/rtsynth/families/mtcrnn/test_recall.py",
    "train/rtsynth_train/gru/export.py": "tests/train/gru/test_trainer.py",
    "train/rtsynth_train/gru/job.py": "tests/train/core/test_session.py",
    "train/rtsynth_train/measure/held_out.py": "tests/train/measure/test_precision_quality.py",
    "train/rtsynth_train/measure/listen_checks.py": "tests/train/measure/test_listen.py",
    "train/rtsynth_train/samplernn/export.py": "tests/train/samplernn/test_job.py",
    "train/rtsynth_train/samplernn/outputs.py": "tests/train/samplernn/test_job.py",
    "train/rtsynth_train/speed/plain_samplernn.py": "tests/models/networks/test_samplernn.py",
    "train/rtsynth_train/sweep/trial.py": "tests/train/cli/test_sweep.py",
    "train/rtsynth_train/tiers/export.py": "tests/train/tiers/test_trainer.py",
}
# Modules with nothing in them that could go wrong, and what they hold.
NOTHING_TO_TEST = {
    "gui/rtsynth_gui/edit/shown.py": "protocols",
    "rtsynth/plugin/record.py": "what all records of a manifest share: settings of pydantic",
    "models/rtsynth_models/exports/ops.py": "a protocol",
    "models/rtsynth_models/exports/part.py": "a record",
    "rtsynth/cli/options.py": "flags of several commands: annotations",
    "rtsynth/common/version.py": "one string",
    "rtsynth/control/osc/calls.py": "records and protocols without behaviour",
}


def sources() -> list[str]:
    return sorted(
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if path.name not in NO_NAMESAKE
    )


def namesake(source: str) -> str:
    package = next(package for package in PACKAGES if source.startswith(f"{package}/"))
    folder, _, name = source.removeprefix(f"{package}/").rpartition("/")
    return "/".join(filter(None, (PACKAGES[package], folder, f"test_{name}")))


def exists(path: str) -> bool:
    return (ROOT / path).is_file()


def test_every_module_has_a_namesake_test_or_an_exception() -> None:
    bare = {source for source in sources() if not exists(namesake(source))}
    excepted = COVERED.keys() | NOTHING_TO_TEST.keys()
    assert not bare - excepted, "write their namesake tests"
    assert not excepted - bare, "no longer exceptions: take them out of the tables"


def test_no_module_is_excepted_twice() -> None:
    assert not COVERED.keys() & NOTHING_TO_TEST.keys()


def test_what_covers_a_module_is_there() -> None:
    assert not [test for test in COVERED.values() if not exists(test)]


def code() -> list[Path]:
    roots = [*PACKAGES, "tests"]
    return sorted(path for root in roots for path in (ROOT / root).rglob("*.py"))


def reason(text: str) -> bool:
    docstring = ast.get_docstring(ast.parse(text)) or ""
    return any(paragraph.startswith(REASON) for paragraph in docstring.split("\n\n"))


def test_a_long_file_says_why() -> None:
    for path in code():
        text = path.read_text(encoding="utf-8")
        is_long = text.count("\n") > LONGEST
        name = path.relative_to(ROOT)
        says_why = REASON in text and reason(text)
        assert is_long == says_why, f"{name}: {'split it' if is_long else 'is short enough'}"


def test_reasons_are_paragraphs_of_the_docstring() -> None:
    assert reason(f'"""A table.\n\n{REASON}it is one.\n"""\n')
    assert not reason(f'"""A table. {REASON}it is one.\n"""\n')
    assert not reason(f"# {REASON}it is one.\n")


def test_the_top_level_has_few_entries() -> None:
    entries = [entry for entry in (ROOT / "rtsynth").iterdir() if entry.name != "__pycache__"]
    assert len(entries) <= MOST_ENTRIES
