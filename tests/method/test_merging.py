"""What several people say alike stands once with all of them; what they dispute stands twice."""

from __future__ import annotations

from dataclasses import replace

from agent.method.merging import mark_disputes, merge_alike
from agent.method.passage import Passage
from memory.index.minilm import MiniLmEmbedder
from memory.records.inquiry import Facet
from memory.records.talk import EvidenceSpan, MessageKind
from tests.method import coffee

SUMMARY = "Use citric acid."


def passage(number: int, text: str, author: str = "bea", facet: Facet = Facet.WHY) -> Passage:
    """One sentence of one author as a passage."""
    people = {"bea": coffee.EXPERT, "cy": coffee.OTHER}
    said = coffee.message(f"m{number}", people[author], MessageKind.INTERVIEW, text)
    span = EvidenceSpan.of(said, 0, len(text))
    return Passage(facet, people[author].id, (span,), 0.1, told=True)


def test_paraphrases_of_two_people_become_one_sentence_of_both() -> None:
    """The plainer words stand, both spans are cited, and both authors have to say yes."""
    one = passage(1, "Detergent residue breaks the surface tension of the foam.")
    two = passage(2, "I think residue of detergent breaks the surface tension of foam.", "cy")
    merged = merge_alike([one, two])
    assert [p.text for p in merged] == [one.text]
    assert merged[0].also_ids == (coffee.OTHER.id,)
    sentence = merged[0].cited()
    assert set(sentence.evidence) == {*one.spans, *two.spans}
    assert sentence.author_ids == (coffee.EXPERT.id, coffee.OTHER.id)


def test_meaning_unites_what_few_words_share() -> None:
    """With an embedder other words for the same are the same; without, they stand side by side."""
    one = passage(1, "Keep the beans in an airtight box.")
    two = passage(2, "Store your beans airtight.", "cy")
    assert len(merge_alike([one, two])) == len([one, two])
    assert len(merge_alike([one, two], MiniLmEmbedder())) == 1


def test_other_figures_or_a_not_are_never_merged() -> None:
    """`Two weeks` is not `six weeks`, and `does not` is not `does`."""
    pairs = [
        (
            "Whole beans keep for 2 weeks after roasting.",
            "Whole beans keep for 6 weeks after roasting.",
        ),
        ("Warm storage does skunk beer quickly.", "Warm storage does not skunk beer quickly."),
    ]
    for left, right in pairs:
        both = [passage(1, left), passage(2, right, "cy")]
        assert merge_alike(both, MiniLmEmbedder()) == both


def test_summary_never_gives_way() -> None:
    """A longer sentence that holds the summary's words takes its citation, not its place."""
    first = passage(1, SUMMARY, facet=Facet.ACTION)
    longer = passage(2, "I got some citric acid and use it every week.", facet=Facet.EVIDENCE)
    assert merge_alike([first, longer], lead=True)[0].spans == first.spans


def test_disagreement_keeps_both_sides_together() -> None:
    """Both stand in their own words under one heading, with one number, and nothing is lost."""
    summary = passage(0, SUMMARY, facet=Facet.ACTION)
    left = passage(1, "Whole beans keep for two weeks after roasting.", facet=Facet.BOUNDARY)
    other = passage(3, "Moisture ruins the taste.")
    right = passage(2, "Whole beans keep for six weeks after roasting.", "cy", Facet.HEURISTIC)
    told, rest = mark_disputes(summary, [left, other, right])
    assert told == summary
    assert [p.text for p in rest] == [left.text, other.text, right.text]
    assert [p.dispute for p in rest] == [1, 0, 1]
    assert rest[2].facet is Facet.BOUNDARY
    assert merge_alike(rest, MiniLmEmbedder()) == rest


def test_one_person_does_not_disagree_with_themselves() -> None:
    """A correction of one's own is no dispute."""
    left = passage(1, "Whole beans keep for two weeks after roasting.")
    right = passage(2, "Whole beans keep for six weeks after roasting.")
    _, rest = mark_disputes(passage(0, SUMMARY), [left, right])
    assert [p.dispute for p in rest] == [0, 0]


def test_marks_reach_the_guide() -> None:
    """A step, the hard one and a dispute are told by the sentence of the guide."""
    made = replace(passage(1, SUMMARY), move=True, hard=True, dispute=2).cited()
    assert (made.step, made.hard, made.dispute) == (True, True, 2)


def message_of(*texts: str, author: str = "bea", told: bool = False) -> list[Passage]:
    """Reasons of one message of the thread, a passage each."""
    person = {"bea": coffee.EXPERT, "cy": coffee.OTHER}[author]
    whole = " ".join(texts)
    said = coffee.message(f"t{len(whole)}", person, MessageKind.ANSWER, whole)
    spans = [EvidenceSpan.of(said, whole.index(t), whole.index(t) + len(t)) for t in texts]
    return [Passage(Facet.WHY, person.id, (span,), 0.1, told=told) for span in spans]


def test_nobody_is_cited_for_a_sentence_they_did_not_say() -> None:
    """Of two sentences one of which both said, the shared one alone cites both."""
    both, alone = "Detergent residue breaks the surface tension.", "Fat floats on the foam."
    first, second = message_of(both, alone, told=True)
    one = replace(first, spans=(*first.spans, *second.spans))
    two = passage(2, "Residue of detergent breaks the surface tension.", "cy")
    found = {p.text: set(p.also_ids) for p in merge_alike([one, two])}
    assert found == {both: {coffee.OTHER.id}, alone: set()}


def test_one_message_says_nothing_twice() -> None:
    """What looks alike in one message tells two cases apart."""
    seeds = "Seeds of spices would usually be added before the boil."
    herbs = "Herbs or spices would usually be added after the boil."
    two = message_of(seeds, herbs)
    assert len(merge_alike(two)) == len(two)


def test_reason_given_again_on_asking_stands_once() -> None:
    """One person's reason in the thread gives way to what they told the agent of its subject."""
    thread = message_of("The oils in roasted coffee degrade as they are exposed to air.")
    told = [passage(1, "The oils go rancid as soon as oxygen gets to them.")]
    assert [p.told for p in merge_alike([*thread, *told], MiniLmEmbedder())] == [True]
    assert len(merge_alike([*thread, *told])) == len([*thread, *told])


def test_what_a_question_quoted_stays_beside_its_answers() -> None:
    """Answers speak of the quoted words, so a loose likeness takes them nowhere."""
    thread = message_of("The oils in roasted coffee degrade as they are exposed to air.")
    told = [passage(1, "The oils go rancid as soon as oxygen gets to them.")]
    kept = merge_alike([*thread, *told], MiniLmEmbedder(), asked=thread[0].spans)
    assert [p.told for p in kept] == [False, True]
