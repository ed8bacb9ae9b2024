"""The look for what must not travel: what it takes for private, and what it leaves alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.method.naming import Confidence
from agent.method.personal import PersonalKind, names_of
from agent.privacy.look import PrivateLook, shipped_look
from agent.privacy.presidio import PresidioReader, stretches
from evals.labelled.secrets import read_secrets
from evals.sample import SECRETS
from memory.errors import PrivacyError
from prompts.desk import load_desk
from tests.builders import make_member

NAMES = names_of((make_member("mara", name="Mara Lindqvist"),), load_desk().personal)


@pytest.fixture(scope="session")
def look() -> PrivateLook:
    """The shipped one, its model loaded once."""
    return shipped_look()


def kinds(look: PrivateLook, text: str, least: Confidence = Confidence.CERTAIN) -> dict[str, str]:
    """What is found, to its kind."""
    return {one.found: one.kind.value for one in look.spans(text, NAMES, ("Heron",), least)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("please ask Mara Lindqvist first", {"Mara Lindqvist": "name"}),
        ("my landlord Piotr Zielinski knows", {"Piotr Zielinski": "person"}),
        ("signed by Anna J. Berger in May", {"Anna J. Berger": "person"}),
        ("we planned HERON then", {"HERON": "term"}),
        ("herons nest here", {}),
        ("at 12 Elm Street, Ely 90210", {"12 Elm Street, Ely 90210": "place"}),
        ("move Kafka off Postgres before Maria grows", {}),
        ("Kubernetes 1.29 and Visual Studio Code run on Blue Moon", {}),
        ("Run the job. May I ask when? Will it stop?", {}),
        ("It takes 50 to 200 ms. Lag below 5 s all along.", {}),
        ("Ms. Oduya wrote it", {"Oduya": "person"}),
    ],
)  # fmt: skip
def test_what_is_certain(look: PrivateLook, text: str, found: dict[str, str]) -> None:
    """Names are told by grammar and members; tools and ordinary words are not."""
    assert kinds(look, text) == found


def test_more_is_hidden_from_models_than_in_guides(look: PrivateLook) -> None:
    """What only the entity reader takes for a name is hidden where it is put back afterwards."""
    text = "The idea came up when Bryan Maclean and two others were at lunch."
    assert kinds(look, text) == {}
    assert kinds(look, text, Confidence.POSSIBLE) == {"Bryan Maclean": "person"}


def test_secrets_of_the_sample_are_found_and_their_look_alikes_left(look: PrivateLook) -> None:
    """Nine of ten, and hardly anything that is none (the half that is worked on)."""
    hits = wanted = false = 0
    for one in read_secrets(SECRETS, "tuning"):
        found = [s for s in look.spans(one.text, {}) if s.kind is PersonalKind.SECRET]
        wanted += len(one.spans)
        hits += sum(any(f.start < s.end and s.start < f.end for f in found) for s in one.spans)
        false += bool(found) and not one.spans
    assert hits >= 0.95 * wanted > 50
    assert false <= 2


def test_a_model_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the library raises is one error that says what to do."""
    monkeypatch.setattr("agent.privacy.presidio.MODEL", "no_such_model")
    with pytest.raises(PrivacyError, match="no_such_model"):
        PresidioReader().entities("Anna Berger")


@given(st.text(alphabet="ab \n", max_size=60), st.integers(2, 12))
def test_long_texts_are_read_whole(text: str, longest: int) -> None:
    """The parts of a text are the text, each at its place and none too long."""
    parts = list(stretches(text, longest))
    assert "".join(part for _, part in parts) == text
    assert all(text[start : start + len(part)] == part for start, part in parts)
    assert all(0 < len(part) <= longest for _, part in parts)
