"""`passdown model calibrate`: both engines on one sample, and a choice that keeps all else."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.services.model_calibrating import calibrate
from agent.services.model_choices import with_choices, write_choices
from memory.errors import PolicyError
from memory.home import Home
from memory.records.model_policy import ModelStep
from prompts.steps.calibrating import load_calibration
from tests.model.server import Handler, ModelServer, drop, raw, say
from tests.model.test_model_commands import Run, at_home, endpoint

__all__ = ["at_home", "endpoint"]

MEASURED = [step for step in ModelStep if step.value not in ("embed", "check")]
SAMPLE = load_calibration()
OWN = '# ours\n[ask]\nmin_value = 0.02 # little\n\n[model.steps.judge]\nname = "big"\n# end\n'


def perfect(handler: Handler) -> None:
    """Answer each step of the sample as its marks say."""
    sent = handler.served.requests[-1]
    name = sent["response_format"]["json_schema"]["name"]
    user = sent["messages"][1]["content"]
    say(_ANSWERS[name](user) if name in _ANSWERS else {})(handler)


def _ranked(user: str) -> dict[str, Any]:
    (item,) = (one for one in SAMPLE.judge.items if one.messages[0].text in user)
    lines = _numbered(user)
    worth = {message.text: message.worth for message in item.messages}
    return {"order": sorted(lines, key=lambda number: -worth[lines[number]])}


def _found(user: str) -> dict[str, Any]:
    found = [item.sentences for item in SAMPLE.find_facets.items]
    found += [item.sentences for item in SAMPLE.understand.items]
    marks = {one.text: one.facets for sentences in found for one in sentences}
    return {
        "sentences": [
            {"number": number, "facets": marks[text]} for number, text in _numbered(user).items()
        ]
    }


def _understood(user: str) -> dict[str, Any]:
    return {"sentences": [{**one, "does": "states"} for one in _found(user)["sentences"]]}


def _worded(user: str) -> dict[str, Any]:
    asked = user.partition('"warm the cup first": ')[2].partition("\n")[0]
    return {"candidates": [{"passage": 1, "question": asked}]}


def _numbered(user: str) -> dict[int, str]:
    found = (line.partition(". ") for line in user.splitlines())
    return {int(number): text for number, _, text in found if number.isdigit()}


_ANSWERS = {
    "RankedMoments": _ranked,
    "FoundFacets": _found,
    "UnderstoodAnswer": _understood,
    "ProposedQuestions": _worded,
}


def test_a_good_model_takes_the_steps_at_which_it_is_better(
    at_home: Run, endpoint: ModelServer, tmp_path: Path
) -> None:
    """The table shows both engines; the choice is written, and every other line stays."""
    file = tmp_path / "home" / "passdown.toml"
    file.write_text(OWN, encoding="utf-8")
    endpoint.play(perfect)
    told = at_home("model", "calibrate", "--limit", "1", "--json")
    assert told.code == 0, told.err
    by_step = {one["step"]: one for one in told.json["measured"]}
    assert set(by_step) == {step.value for step in MEASURED}
    assert by_step["find_facets"]["model"] > by_step["find_facets"]["embedded"]
    assert by_step["find_facets"]["chosen"]
    assert by_step["compose_question"]["model"] == 1.0
    assert told.json["calls"] == len(endpoint.requests)
    assert not by_step["name_guide"]["chosen"]
    assert by_step["name_guide"]["embedded"] is None
    policy = Home.open(tmp_path / "home", create=False).policy().model
    for step, one in by_step.items():
        assert policy.of_step(ModelStep(step)).use is one["chosen"]
    written = file.read_text(encoding="utf-8")
    assert [line for line in OWN.splitlines() if line not in written.splitlines()] == []
    assert policy.of_step(ModelStep.JUDGE).name == "big"
    assert not told.json["in_use"]
    texts = json.dumps([sent["messages"][1]["content"] for sent in endpoint.requests])
    assert SAMPLE.find_facets.items[0].sentences[0].text in texts
    assert SAMPLE.find_facets.items[1].sentences[0].text not in texts


def test_a_bad_model_is_turned_off(at_home: Run, endpoint: ModelServer, tmp_path: Path) -> None:
    """A model whose answers cannot be used takes no step, and its costs are in the ledger."""
    endpoint.play(say({"sentences": []}))
    told = at_home("model", "calibrate", "--limit", "1")
    assert told.code == 0, told.err
    assert "Written to" in told.out
    assert told.out.count("embedded\n") == len(MEASURED)
    policy = Home.open(tmp_path / "home", create=False).policy().model
    assert not any(policy.of_step(step).use for step in MEASURED)
    costs = at_home("model", "costs", "--json").json
    assert costs["total"]["calls"] == len(endpoint.requests)
    assert costs["inquiries"] == []


@pytest.mark.parametrize("act", [drop, raw(b"{}", 401), raw(b"{}", 500)])
def test_an_endpoint_that_is_away_changes_nothing(
    at_home: Run, endpoint: ModelServer, tmp_path: Path, act: Any
) -> None:
    """What does not answer is not measured: exit code 2, a sentence, and no choice."""
    endpoint.play(act)
    (tmp_path / "home" / "passdown.toml").write_text("[model]\nattempts = 1\n", encoding="utf-8")
    told = at_home("model", "calibrate")
    assert told.code == 2
    assert "'passdown model check'" in told.err
    assert "steps" not in (tmp_path / "home" / "passdown.toml").read_text(encoding="utf-8")
    assert len(endpoint.requests) <= 6


def test_a_budget_that_ends_measures_nothing(
    at_home: Run, endpoint: ModelServer, tmp_path: Path
) -> None:
    """What the day's budget cuts short is not written down as the model's fault."""
    endpoint.play(perfect)
    (tmp_path / "home" / "passdown.toml").write_text("[model]\ncalls_a_day = 5\n", encoding="utf-8")
    told = at_home("model", "calibrate", "--limit", "1")
    assert told.code == 2
    assert "budget" in told.err
    assert len(endpoint.requests) == 5
    assert "steps" not in (tmp_path / "home" / "passdown.toml").read_text(encoding="utf-8")


def test_without_an_endpoint_it_says_what_to_do(at_home: Run) -> None:
    """Nothing named is exit code 2 and a sentence that names both ways to name it."""
    told = at_home("model", "calibrate")
    assert told.code == 2
    assert "'model.base_url'" in told.err
    assert "'OPENAI_BASE_URL'" in told.err


@pytest.mark.parametrize(
    "text",
    [
        "[model]\nsteps = {judge = {use = true}}\n",
        "[model.steps]\njudge = {use = true}\n",
        "[model]\nsteps.judge.use = true\n",
        'x = """\n[model.steps.judge]\n"""\n',
    ],
)
def test_what_cannot_be_changed_alone_is_left(text: str) -> None:
    """A file written in another way is told about, and not rewritten."""
    with pytest.raises(PolicyError, match=r"model\.steps"):
        with_choices(text, {ModelStep.JUDGE: False})


def test_a_file_that_is_no_policy_is_left(tmp_path: Path) -> None:
    """Invalid TOML is named with its file, and stays as it is."""
    home = Home.open(tmp_path / "home", create=True)
    home.policy_file.write_text("[model", encoding="utf-8")
    with pytest.raises(PolicyError, match="TOML"):
        write_choices(home, {ModelStep.JUDGE: True})
    assert home.policy_file.read_text(encoding="utf-8") == "[model"
    assert calibrate.__doc__


LINES = st.sampled_from(
    [
        *(
            "# a comment",
            "",
            "[ask]",
            "min_value = 0.02",
            "[model]",
            "use = true",
            "candidates = 2",
        ),
        *(
            "[model.steps.judge]",
            "[ model.steps.find_facets ] # here",
            'name = "x"',
            "use=false#no",
        ),
    ]
)


@given(
    st.lists(LINES, max_size=10).map("\n".join),
    st.dictionaries(st.sampled_from(list(ModelStep)), st.booleans(), max_size=3),
)
def test_choices_change_nothing_else(text: str, choices: dict[ModelStep, bool]) -> None:
    """Whatever the file says, afterwards it says the same and the choices."""
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    try:
        after = tomllib.loads(with_choices(text, choices))
    except (PolicyError, ValueError):
        return
    for step, use in choices.items():
        own = after["model"]["steps"][step.value]
        assert own.pop("use") is use
        before.get("model", {}).get("steps", {}).get(step.value, {}).pop("use", None)
        if not own and step.value not in before.get("model", {}).get("steps", {}):
            del after["model"]["steps"][step.value]
    for each in (before, after):
        if not each.get("model", {}).get("steps", True):
            del each["model"]["steps"]
        if not each.get("model", True):
            del each["model"]
    assert after == before
