"""Task `privacy`: whether the look for private words finds what is labelled, and little besides.

A labelled span counts as found where findings cover at least half of its characters; a finding
counts as right where at least half of its characters lie in sought spans (see `SOUGHT`, and
`BESIDE_AN_ADDRESS`). Each occurrence counts. The community's member list knows nobody; where a
measure ends in `_known`, it holds every name of the items. `_certain`: what is masked in guides.
Made-up secrets and their look-alikes (`evals/sample/secrets`) are measured likewise.
By default the reporting half of `PASSDOWN_DATA/labels/pii` is read, the other half is for whoever
works on the look; where it is not at hand, the shipped texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from agent.method.naming import Confidence
from agent.method.personal import PersonalKind, PersonalSpan, names_of, personal_spans
from agent.privacy.detecting_secrets import SecretsDetector
from agent.privacy.look import shipped_look as agent_look
from agent.privacy.presidio import PresidioReader
from evals.labelled.secrets import SECRET, read_secrets
from evals.labelled.spans import LabelledSpan, LabelledText, labelled_files, read_labelled_texts
from evals.sample import PRIVACY, SECRETS
from evals.tasks.chosen import sabotaged
from evals.tasks.measurement import Case, Outcome, data_folder, drawn
from evals.tasks.statistics import HALF, Figures, share, with_interval
from memory.records.people import Community, Member
from prompts.desk import load_desk

STRUCTURED = frozenset(
    [
        "CREDIT_CARD",
        "IBAN_CODE",
        "IP_ADDRESS",
        "EMAIL_ADDRESS",
        "PHONE_NUMBER",
        "US_SSN",
        "US_DRIVER_LICENSE",
    ]
)
"""What has a form that can be told by itself; web addresses (`DOMAIN_NAME`) are not sought."""
NAMES = frozenset({"PERSON"})
ADDRESSES = frozenset({"STREET_ADDRESS", "ZIP_CODE"})
SOUGHT = {"structured": STRUCTURED, "names": NAMES, "addresses": ADDRESSES}
BESIDE_AN_ADDRESS = frozenset({"GPE"})
"""Types that a postal address may run into: characters there do not make it wrong."""
ARMS = ("", "_known", "_certain", "_certain_known")
"""What is added to a measure's name: what is masked before text is sent, nobody known and everybody
known; and what is masked in guides, likewise."""
_PRESIDIO = {
    "PERSON": "person",
    "LOCATION": "place",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "account",
    "IP_ADDRESS": "machine",
    "EMAIL_ADDRESS": "address",
    "PHONE_NUMBER": "phone",
    "US_SSN": "identity",
    "US_DRIVER_LICENSE": "identity",
}
"""Presidio's labels of what is sought."""
Place = tuple[int, int, str]
"""Start, end and kind of a finding."""
Look = Callable[[str, Mapping[str, str]], Sequence[PersonalSpan]]
"""From a text and what members are called to what is found."""
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+?\(?\d[\d ().-]{6,}\d")
_CAPITALISED = re.compile(r"(?<![\w.!?])(?<![.!?][ \n])(?<!^)[^\W\d_a-z]\w*[^\W\d_]", re.MULTILINE)


def shipped_look(text: str, names: Mapping[str, str]) -> Sequence[PersonalSpan]:
    """What is masked before a model is sent the text: all that is possibly private."""
    return agent_look().spans(text, names, (), Confidence.POSSIBLE)


def certain_look(text: str, names: Mapping[str, str]) -> Sequence[PersonalSpan]:
    """What is masked in guides: what is certain."""
    return agent_look().spans(text, names)


def patterns_look(text: str, names: Mapping[str, str]) -> Sequence[PersonalSpan]:
    """Forms and check digits alone."""
    return personal_spans(text, names, load_desk().personal)


@lru_cache(maxsize=1)
def _plain_presidio() -> PresidioReader:
    return PresidioReader(plain=True)


def presidio_alone(text: str) -> list[Place]:
    """What Presidio finds as it is shipped, of the kinds that are sought; overlaps are one."""
    found = sorted(
        (one.start, one.end, _PRESIDIO[one.label])
        for one in _plain_presidio().entities(text)
        if one.label in _PRESIDIO
    )
    apart: list[Place] = []
    for start, end, kind in found:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]), apart[-1][2])
        else:
            apart.append((start, end, kind))
    return apart


def detector_alone(text: str) -> list[Place]:
    """What `detect-secrets` finds."""
    found = {word for word in SecretsDetector().secrets(text) if word in text}
    return [(text.index(word), text.index(word) + len(word), "secret") for word in sorted(found)]


class PrivacyMeasurement:
    """The look in use beside Presidio alone, forms alone, and two expressions without thought."""

    name = "privacy"

    def __init__(self, items: Path | None, limit: int = 0, seed: int = 0) -> None:
        kept = data_folder() / "labels" / "pii"
        path = items or (kept if kept.is_dir() else PRIVACY)
        self.files = labelled_files(path)
        self._seed = seed
        texts = read_labelled_texts(path)
        if items is None and path == kept:
            texts = tuple(one for one in texts if one.is_for_reporting)
        personal = drawn(texts, limit, seed)
        secrets = () if items is not None else drawn(read_secrets(SECRETS), limit, seed)
        self._secrets = frozenset(one.id for one in secrets)
        self._items = {one.id: one for one in (*personal, *secrets)}
        self._directory = directory_of(personal)

    def cases(self) -> Sequence[Case]:
        return [
            Case(one.id, one.text, json.dumps([[s.type, s.start, s.end] for s in one.spans]))
            for one in self._items.values()
        ]

    def observe(self, case_id: str) -> Outcome:
        """Start, end and kind of everything found, by arm and baseline."""
        text = self._items[case_id].text
        if case_id in self._secrets:
            secrets = [one for one in look_in_use()(text, {}) if one.kind is PersonalKind.SECRET]
            return {
                "": [[one.start, one.end, one.kind.value] for one in secrets],
                "detect_secrets": detector_alone(text),
            }
        names: tuple[Mapping[str, str], ...] = ({}, self._directory)
        said: Outcome = {}
        for least, look in (("", look_in_use()), ("_certain", certain_look)):
            for known, directory in zip(("", "_known"), names, strict=True):
                spans = look(text, directory)
                said[least + known] = [[one.start, one.end, one.kind.value] for one in spans]
        patterns = patterns_look(text, {})
        return said | {
            "patterns": [[one.start, one.end, one.kind.value] for one in patterns],
            "presidio": presidio_alone(text),
            "contact": _matches(_CONTACT, text),
            "capitalised": _matches(_CAPITALISED, text),
        }

    def compare(self, case_id: str, said: Outcome) -> tuple[float, Outcome]:
        """F1 of the first arm (1 where there was nothing to find or to say), and all counts."""
        item = self._items[case_id]
        found = {
            arm: [(start, end, kind) for start, end, kind in places] for arm, places in said.items()
        }
        outcome: Outcome = {
            "secrets": case_id in self._secrets,
            "wanted": _counted(item.spans),
            "found": {
                name: _counted(_covered(item.spans, places)) for name, places in found.items()
            },
            "right": {name: _right(item.spans, places) for name, places in found.items()},
            "said": {name: len(places) for name, places in found.items()},
        }
        return _f1(outcome), outcome

    def figures(self, outcomes: Sequence[Outcome]) -> Figures:
        secrets = [one for one in outcomes if one["secrets"]]
        outcomes = [one for one in outcomes if not one["secrets"]]
        metrics: dict[str, float] = {}
        for arm in ARMS:
            metrics |= self._precision(outcomes, arm, f"precision{arm}")
            for group, types in SOUGHT.items():
                metrics |= self._recall(outcomes, arm, f"recall_{group}{arm}", types)
        for group, types in SOUGHT.items():
            metrics[f"spans_{group}"] = _sum(outcomes, "wanted", types)
        for kind in sorted({kind for one in outcomes for kind in one["wanted"]}):
            known = self._recall(outcomes, "", f"recall_{kind.lower()}", {kind})
            metrics |= known | {f"spans_{kind.lower()}": _sum(outcomes, "wanted", {kind})}
        clean = [o for o in outcomes if not _wanted(o, frozenset().union(*SOUGHT.values()))]
        for arm in ("", "_certain") if clean else ():
            false = [float(one["said"][arm] > 0) for one in clean]
            name = f"clean_texts_flagged{arm}"
            metrics |= with_interval(name, share(false), len(false), self._seed)
            metrics["clean_texts"] = float(len(clean))
        baselines = {name: self._baseline(outcomes, name) for name in _BASELINES}
        if secrets:
            metrics |= self._of_secrets(secrets, "")
            metrics["spans_secrets"] = _sum(secrets, "wanted", {SECRET})
            metrics["look_alikes"] = float(sum(not one["wanted"] for one in secrets))
            baselines["detect_secrets"] = self._of_secrets(secrets, "detect_secrets")
        return Figures(metrics, baselines)

    def _of_secrets(self, outcomes: Sequence[Outcome], arm: str) -> dict[str, float]:
        found = self._recall(outcomes, arm, "recall_secrets", {SECRET})
        return found | self._precision(outcomes, arm, "precision_secrets")

    def _baseline(self, outcomes: Sequence[Outcome], name: str) -> dict[str, float]:
        arm = _BASELINES[name]
        numbers = self._precision(outcomes, arm, "precision")
        for group, types in SOUGHT.items():
            numbers |= self._recall(outcomes, arm, f"recall_{group}", types)
        return numbers

    def _recall(
        self, outcomes: Sequence[Outcome], arm: str, name: str, types: Iterable[str]
    ) -> dict[str, float]:
        kinds = frozenset(types)
        wanted = [_wanted(one, kinds) for one in outcomes]
        found = [float(sum(one["found"][arm].get(kind, 0) for kind in kinds)) for one in outcomes]
        return with_interval(name, share(found, wanted), len(outcomes), self._seed)

    def _precision(self, outcomes: Sequence[Outcome], arm: str, name: str) -> dict[str, float]:
        said = [float(one["said"][arm]) for one in outcomes]
        right = [float(one["right"][arm]) for one in outcomes]
        return with_interval(name, share(right, said), len(outcomes), self._seed)


_BASELINES = {
    "presidio_alone": "presidio",
    "patterns": "patterns",
    "contact_expression": "contact",
    "capitalised_words": "capitalised",
}


def look_in_use() -> Look:
    """The look that is measured: the shipped one, or the one that leaks on purpose."""
    return leaking if sabotaged() else shipped_look


def leaking(text: str, names: Mapping[str, str]) -> Sequence[PersonalSpan]:
    """A look that is worse on purpose: it passes over every name, and over half of the rest."""
    return [
        one
        for one in shipped_look(text, names)
        if one.kind not in (PersonalKind.NAME, PersonalKind.PERSON) and sum(one.found.encode()) % 2
    ]


def directory_of(texts: Iterable[LabelledText]) -> Mapping[str, str]:
    """What members are called where everybody who is named in the texts is a member."""
    called = dict.fromkeys(
        one.text[span.start : span.end] for one in texts for span in one.spans if span.type in NAMES
    )
    community = Community.id_of("labelled")
    members = [
        Member(
            id=Member.id_of(community, "labelled", str(number)),
            community_id=community,
            source="labelled",
            native_id=str(number),
            handle=f"labelled-{number}",
            name=" ".join(name.split()),
        )
        for number, name in enumerate(called)
    ]
    return names_of(members, load_desk().personal)


def _matches(pattern: re.Pattern[str], text: str) -> list[Place]:
    return [(match.start(), match.end(), "") for match in pattern.finditer(text)]


def _covered(spans: Iterable[LabelledSpan], places: Sequence[Place]) -> list[LabelledSpan]:
    """The spans of which at least half the characters lie in a finding."""
    inside = {n for start, end, _ in places for n in range(start, end)}
    return [
        span
        for span in spans
        if sum(n in inside for n in range(span.start, span.end)) >= HALF * (span.end - span.start)
    ]


def _right(spans: Iterable[LabelledSpan], places: Iterable[Place]) -> int:
    """Findings of which at least half the characters lie in what is sought."""
    sought = frozenset({SECRET}).union(*SOUGHT.values())
    good = {n for s in spans if s.type in sought for n in range(s.start, s.end)}
    beside = {n for s in spans if s.type in BESIDE_AN_ADDRESS for n in range(s.start, s.end)}
    return sum(
        any(n in good for n in range(start, end))
        and sum(
            n in good or (kind == PersonalKind.PLACE and n in beside) for n in range(start, end)
        )
        >= HALF * (end - start)
        for start, end, kind in places
    )


def _counted(spans: Iterable[LabelledSpan]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for span in spans:
        counts[span.type] = counts.get(span.type, 0) + 1
    return counts


def _wanted(outcome: Outcome, kinds: Iterable[str]) -> float:
    return float(sum(outcome["wanted"].get(kind, 0) for kind in kinds))


def _sum(outcomes: Iterable[Outcome], key: str, kinds: Iterable[str]) -> float:
    return float(sum(one[key].get(kind, 0) for one in outcomes for kind in kinds))


def _f1(outcome: Outcome) -> float:
    sought = frozenset({SECRET}).union(*SOUGHT.values())
    found = sum(outcome["found"][""].get(kind, 0) for kind in sought)
    total = _wanted(outcome, sought) + outcome["said"][""]
    return (found + outcome["right"][""]) / total if total else 1.0
