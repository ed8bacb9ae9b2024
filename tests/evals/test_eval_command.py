"""`passdown eval` lists its tasks, runs them on Inspect AI, and keeps its output clean."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evals.sample import LABELLED
from evals.tasks import running
from evals.tasks.listing import TASKS
from memory.errors import UserInputError
from tests.evals.labels import ITEM, LABEL, write_labels
from tui.cli import main


def passdown(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder of its own, without the larger data."""
    nowhere = {"PASSDOWN_DATA": str(folder / "nowhere"), "HOME": str(folder), "NO_COLOR": "1"}
    kept = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    return subprocess.run(
        [sys.executable, "-m", "tui.cli", *args],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd=folder,
        env=kept | nowhere | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )


def test_tasks_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Every task stands in the list, for people and for programs."""
    assert main(["eval", "list"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in TASKS)
    assert main(["eval", "list", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == set(TASKS)


@pytest.mark.timeout(600)
def test_json_is_all_that_is_printed(tmp_path: Path) -> None:
    """One JSON object on stdout, nothing on stderr, and no file left behind."""
    done = passdown(
        tmp_path, "eval", "run", "gap", "--items", str(LABELLED), "--limit", "5", "--json"
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert list(report) == ["task", "engine", "n", "metrics", "baselines", "versions"]
    assert (report["task"], report["engine"], report["n"]) == ("gap", "embedded", 5)
    assert {"agreement", "agreement_low", "agreement_high", "anchor_overlap"} <= set(
        report["metrics"]
    )
    assert {"always_boundary", "value_formula", "random_cut"} == set(report["baselines"])
    assert {"passdown", "python", "inspect_ai", "catalogue", "items"} <= set(report["versions"])
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.timeout(600)
def test_people_read_tables_and_logs_are_kept_on_request(tmp_path: Path) -> None:
    """Measures stand beside baselines, every facet has its row, and the log lies where asked."""
    done = passdown(
        tmp_path, "eval", "run", "facets", "--items", str(LABELLED), "--limit", "5", "--out", "logs"
    )
    assert done.returncode == 0, done.stderr
    assert "macro f1" in done.stdout
    assert "regular expressions" in done.stdout
    assert "WHATIF" in done.stdout
    assert "\x1b" not in done.stdout
    assert [path.suffix for path in (tmp_path / "logs").iterdir()] == [".eval"]


@pytest.mark.timeout(600)
def test_bad_items_are_named_by_file_and_line(tmp_path: Path) -> None:
    """A bad label ends the run with exit code 2 and a sentence that says where it stands."""
    write_labels(tmp_path, [ITEM], [LABEL | {"facets": {"WHY": [9]}}])
    done = passdown(tmp_path, "eval", "run", "triage", "--items", str(tmp_path), "--json")
    assert done.returncode == 2
    told = json.loads(done.stdout)["error"]["message"]
    assert "labels_a.jsonl' line 1" in told


def test_an_unknown_task_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The names there are stand in the refusal."""
    assert main(["eval", "run", "everything"]) == 2
    told = capsys.readouterr().err
    assert "'everything'" in told
    assert "masking" in told


def test_without_inspect_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody without the extra learns how to install it."""
    monkeypatch.setattr(running, "find_spec", lambda _: None)
    with pytest.raises(UserInputError, match=r"passdown\[evals\]"):
        running.run_task("facets", None)
