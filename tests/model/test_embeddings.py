"""Vectors from an endpoint: masked, within budgets, cached, and never mixed with others."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.model.embedding_shipped import embedder_for_home
from agent.model.embeddings import EndpointEmbedder
from agent.services.workplace import open_workplace
from memory.errors import IndexMismatchError, PolicyError, StoreError
from memory.index.chroma import ChromaIndex
from memory.index.protocols import Passage, Vectors
from memory.records.inquiry import Facet
from memory.records.model_policy import ModelPolicy
from tests.builders import COMMUNITY, SettableClock, make_member
from tests.model.conftest import Make
from tests.model.server import Act, Handler, ModelServer, drop, flood, hang, raw, say

DIMENSIONS = 8
PEOPLE = (make_member("bo", name="Bo Ek"),)
Embedders = Callable[..., EndpointEmbedder]


def vectors_for(handler: Handler) -> None:
    """Vectors that depend on the words, longer than 1, the last text first."""
    texts = handler.served.requests[-1]["input"]
    rows = [
        {"index": n, "embedding": [float(len(text) + n * k % 5 + 1) for k in range(DIMENSIONS)]}
        for n, text in enumerate(texts)
    ]
    body = {"data": rows[::-1], "usage": {"prompt_tokens": 7}}
    handler.reply(200, json.dumps(body).encode())


def giving(*rows: list[float]) -> Act:
    """These vectors."""
    found = [{"index": n, "embedding": row} for n, row in enumerate(rows)]
    return raw(json.dumps({"data": found}).encode())


@pytest.fixture
def embedder_with(make_bench: Make) -> Embedders:
    """Make an embedder on the server, with any policy; all share one ledger."""

    def make(**policy: Any) -> EndpointEmbedder:
        given = {"seconds_a_call": 5, "embedding": "vec", "embedding_dimensions": DIMENSIONS}
        bench = make_bench(**(given | policy))
        client = bench.client
        transport: Any = client.transport
        return EndpointEmbedder(
            client.settings,
            bench.ledger,
            bench.clock,
            transport,
            lambda: PEOPLE,
            sleep=bench.pauses.append,
            chance=lambda: 0.5,
        )

    return make


def rows_of(embedder: EndpointEmbedder, *texts: str) -> Vectors:
    """The vectors of these texts."""
    found = embedder.embed(texts)
    assert found.shape == (len(texts), DIMENSIONS)
    assert found.dtype == np.float32
    return found


def test_rows_are_unit_vectors_in_order(server: ModelServer, embedder_with: Embedders) -> None:
    """Whatever order they come in, rows are the texts' and of length 1; empty texts are zero."""
    server.play(vectors_for)
    embedder = embedder_with()
    rows = rows_of(embedder, "one", "  ", "three words here", "one")
    assert np.allclose(np.linalg.norm(rows, axis=1), [1, 0, 1, 1])
    assert np.array_equal(rows[0], rows[3])
    (sent,) = server.requests
    assert sent["input"] == ["one", "three words here"]
    assert sent["dimensions"] == DIMENSIONS
    (call,) = embedder.ledger.calls()
    assert (call.step, call.outcome, call.tokens) == ("embed", "answered", 7)


def test_the_same_text_is_sent_once(server: ModelServer, embedder_with: Embedders) -> None:
    """A rebuild costs nothing for what was embedded before."""
    server.play(vectors_for, raw(b"", 500))
    first = rows_of(embedder_with(), "one", "two")
    assert np.array_equal(rows_of(embedder_with(), "two", "one"), first[::-1])
    assert len(server.requests) == 1


def test_people_are_masked(server: ModelServer, embedder_with: Embedders) -> None:
    """No name and no address goes out with a guide."""
    server.play(vectors_for)
    rows_of(embedder_with(), "Ask Bo Ek (bo@ek.example) about the filter.")
    assert not {"Bo", "Ek"} & set(server.requests[0]["input"][0].split())
    assert "bo@ek.example" not in json.dumps(server.requests)


def test_long_rows_go_in_several_calls(server: ModelServer, embedder_with: Embedders) -> None:
    """No answer is asked for that is too long to be read."""
    server.play(vectors_for)
    rows_of(embedder_with(answer_bytes=1_000), *[f"text {n}" for n in range(12)])
    assert [len(sent["input"]) for sent in server.requests] == [5, 5, 2]


BAD: dict[str, tuple[Act, str]] = {
    "hangs": (hang, "timed_out"),
    "drops the connection": (drop, "unreachable"),
    "breaks": (raw(b"<html>", 500), "server_error"),
    "asks for patience": (raw(b"{}", 429, retry_after="3600"), "rate_limited"),
    "does not know the key": (raw(b"{}", 401), "not_permitted"),
    "knows no such model": (raw(b"{}", 404), "rejected"),
    "sends a megabyte": (flood, "too_long"),
    "talks": (say("I cannot."), "not_json"),
    "sends noise": (raw(b"\xff\xfe{"), "not_json"),
    "sends words for figures": (raw(b'{"data": [{"index": 0, "embedding": ["a"]}]}'), "not_json"),
    "sends no vector": (giving(), "wrong_schema"),
    "sends too many": (giving([1.0] * DIMENSIONS, [1.0] * DIMENSIONS), "wrong_schema"),
    "sends another length": (giving([1.0] * (DIMENSIONS + 1)), "wrong_schema"),
    "sends nothing but zeros": (giving([0.0] * DIMENSIONS), "wrong_schema"),
    "sends infinity": (raw(b'{"data": [{"index": 0, "embedding": [' + b"1e400," * 7 + b"1]}]}"),
                       "wrong_schema"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_vector_is_an_error(
    server: ModelServer, embedder_with: Embedders, case: str
) -> None:
    """Whatever comes back instead ends in one sentence, with an entry, and nothing is kept."""
    act, code = BAD[case]
    server.play(act)
    embedder = embedder_with(seconds_a_call=0.4, attempts=2)
    with pytest.raises(StoreError, match=code) as caught:
        embedder.embed(["some PRIVATEWORD"])
    assert "PRIVATEWORD" not in str(caught.value)
    calls = embedder.ledger.calls()
    assert 1 <= len(calls) == len(server.requests) <= 2
    assert {call.outcome for call in calls} == {code}


def test_budgets_hold(server: ModelServer, embedder_with: Embedders) -> None:
    """Beyond the day's budget nothing is sent."""
    server.play(vectors_for)
    embedder = embedder_with(calls_a_day=1)
    rows_of(embedder, "one")
    with pytest.raises(StoreError, match="day_budget"):
        embedder.embed(["two"])
    assert len(server.requests) == 1


def test_vectors_of_two_models_are_never_mixed(
    server: ModelServer, embedder_with: Embedders, tmp_path: Path
) -> None:
    """An index of another embedder is refused until it is rebuilt, and then searches."""
    server.play(vectors_for)
    passage = Passage(
        id="psg_0123456789abcdef",
        guide_id="gd_0123456789abcdef",
        version=1,
        community_id=COMMUNITY.id,
        facet=Facet.WHY,
        title="Filter",
        text="Rinse the filter first.",
    )
    where = (tmp_path / "index", tmp_path / "locks")
    ChromaIndex(*where, embedder_with(embedding="other")).rebuild([passage])
    changed = ChromaIndex(*where, embedder_with())
    with pytest.raises(IndexMismatchError, match="rebuild"):
        changed.search("filter", 3)
    assert changed.rebuild([passage]) == 1
    assert [hit.passage for hit in changed.search("filter", 3)] == [passage]
    changed.close()


def test_a_home_names_its_embedder(tmp_path: Path) -> None:
    """Only with use, a model and an endpoint; local-only words stay; else a sentence tells."""
    policy = ModelPolicy(use=True, embedding="vec", base_url="https://api.example/v1")
    clock = SettableClock()
    with open_workplace(tmp_path / "home") as work, ExitStack() as opened:
        args = (work.home, work.store, clock)

        def made(**changes: Any) -> object:
            return embedder_for_home(*args, policy.model_copy(update=changes), opened, {})

        assert made(use=False) is None
        assert made(embedding="") is None
        found = made()
        assert isinstance(found, EndpointEmbedder)
        assert found.name == "vec@endpoint"
        assert found.dimensions == 512
        with pytest.raises(PolicyError, match="no endpoint"):
            made(base_url="")
        with pytest.raises(PolicyError, match="local_only"):
            made(local_only=("Guild",))
        assert made(local_only=("Guild",), base_url="http://127.0.0.1:9/v1") is not None
        assert isinstance(work.index, ChromaIndex)
