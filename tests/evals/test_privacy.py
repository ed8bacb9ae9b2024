"""The look for personal data is measured span by span, and clears its floors on the sample."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.method.check_digits import is_account, is_card, is_machine_of_somebody
from agent.method.personal import PersonalKind, PersonalSpan
from evals.labelled.spans import read_labelled_texts
from evals.sample import PRIVACY
from evals.tasks import engines, privacy
from evals.tasks.chosen import EngineName, measuring
from evals.tasks.privacy import PrivacyMeasurement
from evals.tasks.statistics import Figures
from memory.errors import UserInputError

pytestmark = pytest.mark.timeout(300)
"""The first look loads a model, twice where Presidio alone is asked as well."""
FLOORS = tomllib.loads(Path(engines.__file__).with_name("floors.toml").read_text(encoding="utf-8"))[
    "privacy"
]


def figures_of(measurement: PrivacyMeasurement) -> Figures:
    """Put every text to the look, as the task does."""
    return measurement.figures(
        [measurement.compare(one.id, measurement.observe(one.id))[1] for one in measurement.cases()]
    )


def written(folder: Path, *texts: tuple[str, str, str]) -> Path:
    """A file of texts, each with one labelled span: the text, the type, the words."""
    spans = [
        {
            "full_text": text,
            "spans": [
                {
                    "entity_type": kind,
                    "start_position": text.index(words),
                    "end_position": text.index(words) + len(words),
                }
            ],
        }
        for text, kind, words in texts
    ]
    file = folder / "texts.json"
    file.write_text(json.dumps(spans), encoding="utf-8")
    return file


def test_the_shipped_look_clears_its_floors() -> None:
    """No change may lose what the look finds, nor begin to take versions for people."""
    found = figures_of(PrivacyMeasurement(PRIVACY))
    for name, floor in FLOORS.items():
        assert found.metrics[name] >= floor, name
        assert found.metrics[f"{name}_low"] <= found.metrics[name] <= found.metrics[f"{name}_high"]
    assert found.metrics["clean_texts_flagged_certain"] == 0
    for name in ("contact_expression", "capitalised_words", "presidio_alone"):
        assert found.baselines[name]["precision"] < found.metrics["precision"]
    for name in ("presidio_alone", "patterns"):
        assert found.baselines[name]["recall_names"] <= found.metrics["recall_names"]


def test_a_look_that_leaks_falls_below_the_floors() -> None:
    """The measure can fail: names and half of the rest passed over is seen in every recall."""
    with measuring(EngineName.SABOTAGED):
        found = figures_of(PrivacyMeasurement(PRIVACY))
    assert all(found.metrics[name] < FLOORS[name] for name in FLOORS if "precision" not in name)
    assert found.metrics["recall_names"] == 0


def test_secrets_are_measured_on_the_half_that_nobody_works_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Made-up secrets are found, their look-alikes left, and a look that leaks is seen."""
    monkeypatch.setenv("PASSDOWN_DATA", str(tmp_path))
    found = figures_of(PrivacyMeasurement(None, limit=60))
    assert found.metrics["spans_secrets"] > 20
    assert found.metrics["look_alikes"] > 10
    assert found.metrics["recall_secrets"] >= 0.95
    assert found.metrics["precision_secrets"] >= 0.95
    assert found.baselines["detect_secrets"]["recall_secrets"] < 0.6
    with measuring(EngineName.SABOTAGED):
        assert figures_of(PrivacyMeasurement(None, limit=60)).metrics["recall_secrets"] < 0.8


def test_half_of_the_characters_decide(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A span counts as found from half of its characters on, a finding likewise as right."""
    text = "Ask Maria Lopez now."
    file = written(tmp_path, (text, "PERSON", "Maria Lopez"))

    def figures_where(start: int, end: int) -> tuple[float, float]:
        span = PersonalSpan(PersonalKind.PERSON, start, end, text[start:end])
        monkeypatch.setattr(privacy, "look_in_use", lambda: lambda *_: [span])
        found = figures_of(PrivacyMeasurement(file)).metrics
        return found["recall_names"], found["precision"]

    assert figures_where(4, 10) == (1.0, 1.0)
    assert figures_where(4, 9) == (0.0, 1.0)
    assert figures_where(0, 7) == (0.0, 0.0)


def test_an_address_may_run_into_its_town(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A town is not sought by itself, and makes a postal address that ends in it not wrong."""
    file = written(tmp_path, ("At 1 Elm St, Birmingham.", "STREET_ADDRESS", "1 Elm St"))
    (one,) = json.loads(file.read_text(encoding="utf-8"))
    one["spans"].append({"entity_type": "GPE", "start_position": 13, "end_position": 23})
    file.write_text(json.dumps([one]), encoding="utf-8")
    for kind, precision in ((PersonalKind.PLACE, 1.0), (PersonalKind.PERSON, 0.0)):
        span = PersonalSpan(kind, 3, 23, "1 Elm St, Birmingham")
        monkeypatch.setattr(privacy, "look_in_use", lambda span=span: lambda *_: [span])
        assert figures_of(PrivacyMeasurement(file)).metrics["precision"] == precision


def test_only_the_reporting_half_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Figures are of texts that nobody who works on the look sees; the sample stands in."""
    monkeypatch.setenv("PASSDOWN_DATA", str(tmp_path))
    assert {file.parent for file in PrivacyMeasurement(None).files} == {PRIVACY}
    folder = tmp_path / "labels" / "pii"
    folder.mkdir(parents=True)
    file = written(folder, *((f"Ask Ann{n} now.", "PERSON", f"Ann{n}") for n in range(40)))
    read = PrivacyMeasurement(None)
    kept = [one.id for one in read_labelled_texts(file) if one.is_for_reporting]
    assert [one.id for one in read.cases() if one.id[:8] != "secrets-"] == kept
    assert 0 < len(kept) < 40
    assert len(PrivacyMeasurement(file).cases()) == 40


@pytest.mark.parametrize(
    "content",
    [
        "no JSON",
        '{"full_text": "a"}',
        '[{"full_text":"ab","spans":[{"entity_type":"A","start_position":1,"end_position":3}]}]',
    ],
)
def test_labels_that_cannot_be_read_are_refused(tmp_path: Path, content: str) -> None:
    """A span outside its text, or no list of texts, is told with the file."""
    file = tmp_path / "bad.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UserInputError, match=r"bad\.json"):
        read_labelled_texts(file)
    with pytest.raises(UserInputError, match="labelled texts"):
        read_labelled_texts(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("is_one", "right", "wrong"),
    [
        (is_card, "4111 1111 1111 1111", "4111 1111 1111 1112"),
        (is_card, "378282246310005", "1697040000000"),
        (is_account, "DE89 3704 0044 0532 0130 00", "DE88 3704 0044 0532 0130 00"),
        (lambda w: is_machine_of_somebody(w, {"8.8.8.8"}), "81.2.69.142", "8.8.8.8"),
        (lambda w: is_machine_of_somebody(w, ()), "2a00:1450:4001::8a", "192.168.1.1"),
        (lambda w: is_machine_of_somebody(w, ()), "203.98.17.244", "5.15.0.86"),
    ],
)
def test_check_digits_tell(is_one: Callable[[str], bool], right: str, wrong: str) -> None:
    """A number counts where its check digits, issuer or address space say so, and no other."""
    assert is_one(right)
    assert not is_one(wrong)
