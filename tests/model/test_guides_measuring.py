"""The steps of a guide at an endpoint: measured through the real gates, chosen only if worth it."""

from __future__ import annotations

from agent.model.asking import StepAsker
from agent.services.model_guide_measuring import GuideStepMeasured, measure_guide_steps
from memory.records.model_policy import ModelStep
from prompts.steps.guide_samples import load_guide_samples
from tests.model.conftest import Make
from tests.model.drafting import written
from tests.model.server import Act, ModelServer, drop, say

SAMPLES = load_guide_samples()


def measured(
    server: ModelServer, make_bench: Make, *acts: Act
) -> dict[ModelStep, GuideStepMeasured]:
    """What each step came to at an endpoint that answers so, one call after the other."""
    server.play(*acts)
    bench = make_bench(seconds_a_call=5, attempts=1, rest_after=50)
    found = measure_guide_steps(StepAsker(bench.client, lambda _community: ()))
    assert bench.ledger.steps() == []
    return {one.step: one for one in found}


def the_best() -> tuple[Act, ...]:
    """What a model that keeps every rule would answer to the sample."""
    same = [n for n, pair in enumerate(SAMPLES.merging, start=1) if pair.same]
    verdicts = [
        {"number": n, "carried": one.carried} for n, one in enumerate(SAMPLES.checking, start=1)
    ]
    return (
        written(
            ("First check whether the hive is heavy; the frames near the door were empty.", [1, 2]),
            ("Put the feeder on top and leave the lid ajar.", [3, 4]),
        ),
        written(
            ("I would not prune it before march: it bleeds then.", [1]),
            ("The old wood flowers first.", [3]),
        ),
        say({"alike": same}),
        say({"titles": ["Bees come back late and wet"]}),
        say(
            {"titles": ["Bread dough from the big mixer sticks to the table after the second rise"]}
        ),
        say({"verdicts": verdicts}),
        say(
            {
                "lines": [
                    {
                        "number": 1,
                        "text": "In a case about hives, to see what Ada Quill sees first, before "
                        "anything is measured.",
                    }
                ]
            }
        ),
    )


def test_a_model_that_keeps_the_rules_is_chosen(server: ModelServer, make_bench: Make) -> None:
    """The sample can be done: whoever keeps every rule reaches what each step asks for."""
    found = measured(server, make_bench, *the_best())
    assert {step.value: one.why_not for step, one in found.items() if not one.chosen} == {}
    assert len(server.requests) == 7
    assert all(one.model <= 1 for one in found.values())


def test_a_model_that_invents_is_not_chosen(server: ModelServer, make_bench: Make) -> None:
    """Proposals that the gates refuse count against a step, and saying yes to all does not help."""
    yes = [{"number": n, "carried": True} for n in range(1, 9)]
    bad = written(("The queen must be replaced.", [1]), ("Never prune.", [2]))
    found = measured(
        server,
        make_bench,
        *(bad, bad),
        say({"alike": [1, 2, 3, 4, 5, 6]}),
        say({"titles": ["A guide to keeping bees well"]}),
        say({"titles": []}),
        say({"verdicts": yes}),
        say({"lines": [{"number": 7, "text": "Ada Quill is the best."}]}),
    )
    assert not any(one.chosen for one in found.values())
    assert found[ModelStep.WRITE_SECTION].why_not
    assert found[ModelStep.CHECK_SENTENCE].model == 0.5


def test_an_endpoint_that_fails_is_not_chosen(server: ModelServer, make_bench: Make) -> None:
    """Whatever does not answer takes no step."""
    found = measured(server, make_bench, drop)
    assert not any(one.chosen or one.taken for one in found.values())
    assert {code for one in found.values() for code in one.why_not} == {"unreachable"}
