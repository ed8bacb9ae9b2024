"""What an endpoint is told of an answer's shape."""

from __future__ import annotations

from agent.engines.model_guide_shapes import WrittenGuide
from agent.model.shapes import MOST_INSIDE, FoundFacets, ProposedQuestions, schema_of
from tests.model.conftest import Make
from tests.model.server import ModelServer
from tests.model.test_engine import a_context, engines, proposing


def test_a_schema_tells_where_lists_end() -> None:
    """The list of entries ends after as many as were asked for, lists inside after a few."""
    told = schema_of(FoundFacets, most=7)
    assert told["properties"]["sentences"]["maxItems"] == 7
    assert told["$defs"]["SentenceFacets"]["properties"]["facets"]["maxItems"] == MOST_INSIDE
    inside = schema_of(WrittenGuide, most=2)["$defs"]["WrittenSentence"]["properties"]
    assert inside["rests_on"]["maxItems"] == MOST_INSIDE
    assert "maxItems" not in inside["text"]


def test_without_a_number_no_end_is_told() -> None:
    """A shape by itself keeps to the keywords that it always had."""
    assert "maxItems" not in str(schema_of(ProposedQuestions))


def test_a_step_tells_how_many_it_wants(server: ModelServer, make_bench: Make) -> None:
    """As many wordings are allowed as the policy asks for, in the schema that is really sent."""
    server.play(proposing("Is it good?"))
    engines(make_bench(seconds_a_call=5, candidates=3))[0].compose(a_context())
    sent = server.requests[0]["response_format"]["json_schema"]["schema"]
    assert sent["properties"]["candidates"]["maxItems"] == 3
