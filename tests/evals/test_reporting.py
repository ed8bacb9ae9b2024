"""`passdown eval report` writes one page of all runs in a folder, and says what has no figures."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from evals.reporting.page import render_html, render_markdown
from evals.reporting.plots import Dot, dot_plot
from evals.reporting.runs import Run, Unfinished, read_runs
from evals.sample import LABELLED
from evals.tasks.statistics import Figures
from memory.errors import UserInputError
from tests.evals.test_eval_command import passdown
from tui.cli import main

METRICS = {"recall": 0.9, "recall_low": 0.8, "recall_high": 0.95, "sentences": 41.0, "swallow": 2.0}
BASELINES = {"thread": {"recall": 0.5, "recall_low": 0.4, "recall_high": 0.6}}


def run(label: str = "first", **metrics: float) -> Run:
    """A run of a task that is listed."""
    return Run("citations", label, 41, Figures(METRICS | metrics, BASELINES), {"passdown": "0"})


def test_measures_are_told_without_their_bounds() -> None:
    """Bounds stand beside their measure; what merely ends like one is a measure."""
    assert run().names() == ("recall", "sentences", "swallow")
    assert run().interval("recall") == (0.8, 0.95)
    assert run().interval("sentences") is None


def test_runs_and_baselines_stand_beside_each_other() -> None:
    """Each measure has a row for every run and every baseline, with its interval."""
    told = render_markdown([run("first"), run("second", recall=0.7)], [])
    assert "| recall | engine | first | 0.900 | 0.800 to 0.950 |" in told
    assert "| recall | engine | second | 0.700 | 0.800 to 0.950 |" in told
    assert "| recall | thread | second | 0.500 | 0.400 to 0.600 |" in told


def test_the_page_needs_nothing_from_outside_and_escapes_what_it_quotes() -> None:
    """No address, no script, and a label cannot become markup."""
    page = render_html([run("<script>alert(1)</script>")], [Unfinished("a<b.eval", "it <ended>")])
    assert "<script" not in page
    assert "a&lt;b.eval" in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert "http://" not in page
    assert "https://" not in page


def test_dots_stand_where_their_values_are() -> None:
    """A greater value stands further right, by as much as it is greater."""
    dots = [Dot("a", 0.25, None, is_engine=True), Dot("b", 0.5, (0.4, 0.6), is_engine=False)]
    drawn = dot_plot("x", [*dots, Dot("c", 0.75, None, is_engine=False)])
    places = [float(found) for found in re.findall(r'cx="([\d.]+)"', drawn)]
    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=0.2)
    assert places[0] < places[1]
    assert drawn.count('class="interval"') == 1


@pytest.mark.timeout(300)
def test_logs_are_read_back_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a run found is what its page tells; a broken log is named, not hidden."""
    kept = str(tmp_path / "logs")
    asked = ["eval", "run", "gap", "--items", str(LABELLED), "--limit", "4", "--out", kept]
    done = passdown(tmp_path, *asked, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["metrics"]
    logs = Path(kept)
    (logs / "broken.eval").write_bytes(b"PK\x03\x04 no more")
    (logs / "other.json").write_text("{}", encoding="utf-8")
    runs, unfinished = read_runs(logs)
    assert [one.figures.metrics for one in runs] == [pytest.approx(found, abs=1e-6)]
    assert [one.file for one in unfinished] == ["broken.eval"]
    assert main(["eval", "report", kept, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["runs"][0]["task"] == "gap"
    agreement = f"{found['agreement']:.3f}"
    assert agreement in Path(told["page"]).read_text(encoding="utf-8")
    assert "limit 4" in Path(told["markdown"]).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_folder_without_logs_is_refused(tmp_path: Path, name: str) -> None:
    """It is named, and how to keep logs is said."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserInputError, match=f"{name}.*--out DIR"):
        read_runs(tmp_path / name)
