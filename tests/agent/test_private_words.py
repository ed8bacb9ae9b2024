"""Three gates: nothing private is stored in a guide, shown outside its community, or sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from agent.engines.protocol import Exchange
from agent.method.concealing import concealed
from agent.method.grounding import verify_version
from agent.method.naming import Entity
from agent.model.asking import StepAsker
from agent.model.failures import ModelFailure
from agent.privacy import guides as concealing
from agent.privacy.look import PrivateLook
from agent.privacy.sending import private_in
from agent.services import masking
from agent.services.correcting import correct_sentence
from agent.services.identity import Actor
from agent.services.masking import open_hidden, page_outside
from agent.services.pages import GuidePage
from memory.errors import PermissionDeniedError, PrivacyError, UserInputError
from memory.records.decisions import Action
from memory.records.guide import Guide, HiddenWords, masked_quote
from memory.records.model_call import CallOutcome
from memory.records.model_policy import ModelStep
from memory.records.privacy_policy import PrivacyPolicy
from memory.records.talk import EvidenceSpan
from memory.store.protocols import Unit
from tests.agent import two_authors
from tests.agent.conftest import EXPERT, OTHER, STEWARD, Guild
from tests.agent.two_authors import Pair
from tests.builders import COMMUNITY, make_member, make_message, make_thread

KEY = "gh" + "p_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3hJ6"
SAID = (
    "lower the fillfactor to 85 before the table grows",
    f"repack the table with {KEY} in a quiet night",
    "my boss Tomas Nowak keeps room at tomas@nowak.example for Project Heron",
)
POLICY = PrivacyPolicy(confidential={COMMUNITY.name: ("project heron",)})


class Broken:
    """A library that does not work."""

    def entities(self, text: str) -> Sequence[Entity]:
        raise PrivacyError(f"no model ({len(text)} characters unread)")

    def secrets(self, text: str) -> Sequence[str]:
        raise PrivacyError(f"no detector ({len(text)} characters unread)")


BROKEN = PrivateLook(Broken(), Broken())


@pytest.fixture
def pair(guild: Guild, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """A draft for which one author said what is private."""
    monkeypatch.setitem(two_authors.SAID, EXPERT.id, SAID)
    policy = guild.work.policy.model_copy(update={"privacy": POLICY})
    guild.work.policy = policy
    context = replace(guild.work.context, policy=policy)
    guild.work.__dict__["context"] = context
    made = Pair(guild)
    made.begin()
    return made


def printed(guide: Guide) -> str:
    """All that a version prints as its own words."""
    return "\n".join((guide.current.title, *(s.text for s in guide.current.sentences())))


def page_of(pair: Pair) -> GuidePage:
    """The guide with the messages it cites, as they are stored."""
    guide = pair.guide
    ids = {span.message_id for s in guide.current.sentences() for span in s.evidence}
    with pair.guild.work.store.reading() as unit:
        messages = unit.talk.messages(ids)
    return GuidePage(guide, messages, {}, ())


def marks(guide: Guide) -> dict[str, str]:
    """References by kind."""
    return {h.kind: h.mark for s in guide.current.sentences() for h in s.hidden}


def test_a_guide_is_stored_with_masks_and_still_grounded(pair: Pair) -> None:
    """Names, addresses, keys and terms of the house are hidden, and the gate holds the sentence."""
    guide = pair.guide
    for words in (KEY, "Tomas", "nowak.example", "Heron"):
        assert words not in printed(guide)
    assert {"secret", "person", "address", "term"} <= set(marks(guide))
    assert "lower the fillfactor to 85" in printed(guide)
    texts = {key: one.text for key, one in page_of(pair).messages.items()}
    mine = [s for s in guide.current.sentences() if s.hidden]
    assert mine
    assert all(span.quote == texts[span.message_id][span.start : span.end]
               for s in mine for span in s.evidence)  # fmt: skip
    failing = {one.text for one in verify_version(guide.current, texts)}
    assert not failing & {s.text for s in mine}


def test_masks_of_other_words_are_not_grounded(pair: Pair) -> None:
    """A mask is no way around the gate: one that stands for nothing here is refused."""
    guide = pair.guide
    texts = {key: one.text for key, one in page_of(pair).messages.items()}
    forged = guide.current.summary.model_copy(
        update={"text": "lower the fillfactor to [name hidden zzzzz]", "hidden": ()}
    )
    version = guide.current.model_copy(update={"summary": forged})
    assert "summary" in {one.where for one in verify_version(version, texts)}


def test_without_its_libraries_a_draft_is_masked_by_forms(
    guild: Guild, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A detector that fails never stops an inquiry, and forms are found without it."""
    monkeypatch.setitem(two_authors.SAID, EXPERT.id, SAID)
    monkeypatch.setattr(concealing, "shipped_look", lambda: BROKEN)
    pair = Pair(guild)
    pair.begin()
    assert KEY not in printed(pair.guide)
    assert "nowak.example" not in printed(pair.guide)


def test_the_policy_may_leave_guides_as_they_are(
    guild: Guild, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gate is what hides: switched off, the same words stand there."""
    monkeypatch.setitem(two_authors.SAID, EXPERT.id, SAID)
    policy = guild.work.policy.model_copy(
        update={"privacy": PrivacyPolicy(hide_in_guides=False, hide_outside=False)}
    )
    guild.work.__dict__["context"] = replace(guild.work.context, policy=policy)
    pair = Pair(guild)
    pair.begin()
    assert KEY in printed(pair.guide)
    guild.work.policy = policy
    assert page_outside(guild.work, page_of(pair), {})[0] == page_of(pair)


def test_only_a_steward_opens_a_mask_and_the_log_keeps_why(pair: Pair) -> None:
    """Whoever it is, in name or at the keyboard, has to be a steward, and says why."""
    mark = marks(pair.guide)["secret"]
    letters = mark.rstrip("]")[-5:]
    work = pair.guild.work
    for actor in (Actor(OTHER, acting_as=False), Actor(STEWARD, acting_as=True, by=OTHER.id)):
        with pytest.raises(PermissionDeniedError, match="stewards"):
            open_hidden(work, actor, COMMUNITY, letters, "curious")
    steward = Actor(STEWARD, acting_as=False)
    with pytest.raises(UserInputError, match="because"):
        open_hidden(work, steward, COMMUNITY, letters, " ")
    with pytest.raises(UserInputError, match="'zzzzz'"):
        open_hidden(work, steward, COMMUNITY, "zzzzz", "audit")
    for given in (letters, mark):
        (opened,) = open_hidden(work, steward, COMMUNITY, given, "Rotate the key")
        assert opened.words == KEY
    with work.store.reading() as unit:
        lines = [d for d in unit.log.decisions(limit=999) if d.action is Action.HIDDEN_OPENED]
    assert [(d.actor, d.subject, d.reason) for d in lines] == [
        (STEWARD.id, pair.guide.id, f"{letters}:rotate-the-key")
    ] * 2


def test_nothing_private_is_shown_outside(pair: Pair) -> None:
    """Quotes and messages have bars, in which every place stays as it is; questions have masks."""
    page = page_of(pair)
    shown, questions = page_outside(pair.guild.work, page, {"q": f"what of {KEY}?"})
    version = shown.guide.current
    everything = "\n".join(
        (
            printed(shown.guide),
            *(one.text for one in shown.messages.values()),
            *(span.quote for s in version.sentences() for span in s.evidence),
            *questions.values(),
        )
    )
    for words in (KEY, "Tomas", "nowak.example", "Heron"):
        assert words not in everything
    for sentence in version.sentences():
        for span in sentence.evidence:
            assert shown.messages[span.message_id].text[span.start : span.end] == span.quote
    assert {k: len(m.text) for k, m in shown.messages.items()} == {
        k: len(m.text) for k, m in page.messages.items()
    }


def test_a_question_that_quotes_private_words_is_left_out(pair: Pair) -> None:
    """What the agent asked is printed too, before a sentence that hides nothing itself."""
    guide = pair.guide
    plain = next(s for s in guide.current.sentences() if not s.hidden)
    asked = plain.model_copy(update={"asked": f"what of {KEY}?"})
    section = guide.current.sections[0].model_copy(update={"sentences": (asked, plain)})
    version = guide.current.model_copy(update={"sections": (section,)})
    forms = PrivateLook.without_libraries()
    found = concealing.concealment_for(guide, version, page_of(pair).messages, (), (), forms)
    assert KEY in found.words
    kept = concealed(version, found).sections[0].sentences
    assert [(one.text, one.asked) for one in kept] == [(plain.text, ""), (plain.text, plain.asked)]


def test_overlapping_masks_hide_all_that_any_of_them_hides() -> None:
    """Neither the tail of the longer one nor words after the shorter one are printed wrongly."""
    message = make_message("m", "call 0123456789 now", make_member("bo"), make_thread("t"))
    span = EvidenceSpan.of(message, 0, len(message.text))

    def places(*ends: tuple[int, int]) -> list[HiddenWords]:
        return [
            HiddenWords(mark=f"[{n}]", kind="phone", message_id=message.id, start=start, end=end)
            for n, (start, end) in enumerate(ends)
        ]

    assert masked_quote(span, places((5, 10), (8, 15))) == "call [0][1] now"
    assert masked_quote(span, places((5, 15), (6, 10))) == "call [0] now"
    assert masked_quote(span, places((5, 10), (10, 15))) == "call [0][1] now"


def test_no_text_is_first_looked_at_while_the_home_is_locked(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library that loads at its first text would keep everybody else from writing."""
    reader, store = Watched(), pair.guild.work.store
    writing = store.writing

    @contextmanager
    def watched() -> Iterator[Unit]:
        with writing() as unit:
            reader.locked = True
            try:
                yield unit
            finally:
                reader.locked = False

    monkeypatch.setattr(store, "writing", watched)
    monkeypatch.setattr(concealing, "shipped_look", lambda: PrivateLook(reader, reader))
    guide = pair.guide
    number = guide.current.sentences().index(
        next(s for s in guide.current.sentences() if EXPERT.id in s.author_ids)
    )
    words = "ask Anna Lindqvist before you lower the fillfactor to 80"
    correct_sentence(pair.guild.work, Actor(EXPERT, acting_as=False), guide.id, number + 1, words)
    assert reader.seen
    assert reader.late == []


def test_where_nobody_can_tell_nothing_is_shown_outside(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look that fails fails the showing, with what to do, and shows nothing."""
    monkeypatch.setattr(masking, "shipped_look", lambda: BROKEN)
    with pytest.raises(PrivacyError, match="no detector"):
        page_outside(pair.guild.work, page_of(pair), {})


class Watched:
    """A library that notes which texts it first meets while the home is locked."""

    def __init__(self) -> None:
        self.locked = False
        self.seen: set[str] = set()
        self.late: list[str] = []

    def secrets(self, text: str) -> Sequence[str]:
        if self.locked and text not in self.seen:
            self.late.append(text)
        self.seen.add(text)
        return ()

    def entities(self, text: str) -> Sequence[Entity]:
        self.secrets(text)
        return ()


class Kept:
    """A client that keeps what it is asked."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def ask(self, request: Any, shape: Any) -> Any:
        del shape
        self.sent.append(request)
        raise ModelFailure(CallOutcome.DECLINED)


def asked(look: PrivateLook | None, community: Mapping[str, str]) -> list[Any]:
    """What reaches the client of a step that sends these texts."""
    client = Kept()
    private = private_in(POLICY, look)
    asker = StepAsker(client, lambda _community: (), private)  # type: ignore[arg-type]
    with pytest.raises(ModelFailure) as failure:
        asker.ask(
            ModelStep.CHECK_SENTENCE,
            Exchange,  # type: ignore[type-var]
            {},
            community,
            community_id=COMMUNITY.id,
            inquiry_id=None,
        )
    expected = CallOutcome.NOT_MASKED if look is BROKEN else CallOutcome.DECLINED
    assert failure.value.outcome is expected
    return client.sent


def test_nothing_private_is_sent_and_nothing_at_all_where_nobody_can_tell() -> None:
    """Prompts hold placeholders; a look that fails sends nothing and says so in the ledger."""
    texts = {"sentences": "\n".join(SAID)}
    (request,) = asked(None, texts)
    for words in (KEY, "Tomas", "nowak.example", "Heron"):
        assert words not in request.system + request.user
    assert "repack the table" in request.user
    assert asked(BROKEN, texts) == []


def test_terms_that_would_hide_ordinary_words_are_refused() -> None:
    """A steward who lists one letter is told, by the term."""
    with pytest.raises(ValidationError, match="'a'"):
        PrivacyPolicy(confidential={"Guild": ("a",)})
