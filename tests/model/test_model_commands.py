"""`passdown model` and the choice of the engine: said plainly, and never by accident."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from agent.engines.embedded import EmbeddedEngine
from agent.engines.model import ModelEngine
from agent.engines.model_shipped import engine_for_home
from memory.home import Home
from memory.records.policy import Policy
from prompts import load_catalogue
from tests.builders import SettableClock
from tests.model.conftest import SECRET
from tests.model.server import ModelServer, drop, raw, say
from tests.tui.conftest import Outcome, fresh_home, runner

SAID = {"word": "passdown", "number": 12}
Run = Callable[..., Outcome]


@pytest.fixture
def at_home(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """The command in a home, with no endpoint in the environment."""
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_MODEL"):
        monkeypatch.delenv(name, raising=False)
    return runner(fresh_home(tmp_path / "home"), capsys)


@pytest.fixture
def endpoint(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> ModelServer:
    """The server, named by the environment."""
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    monkeypatch.setenv("OPENAI_MODEL", "small")
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    return server


def test_without_an_endpoint_the_check_says_what_to_do(at_home: Run) -> None:
    """Nothing named is exit code 2 and a sentence that names both ways to name it."""
    told = at_home("model", "check")
    assert told.code == 2
    assert "'model.base_url'" in told.err
    assert "'OPENAI_BASE_URL'" in told.err
    assert at_home("model", "check", "--json").json["error"]["title"]


def test_a_key_alone_is_no_endpoint(at_home: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in somebody's shell names no endpoint."""
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    assert at_home("model", "check").code == 2


def test_the_check_tells_what_an_endpoint_can_do(at_home: Run, endpoint: ModelServer) -> None:
    """Reachable, schema, plain JSON, seconds and tokens; never the key."""
    endpoint.play(say(SAID))
    found = at_home("model", "check", "--json").json
    assert (found["reachable"], found["usable"], found["local"]) == (True, True, True)
    assert found["json_schema"]["works"]
    assert found["plain_json"]["said_so"]
    assert found["json_schema"]["prompt_tokens"] == 90
    assert ["response_format" in sent for sent in endpoint.requests] == [True, False]
    told = at_home("model", "check")
    assert (told.code, "JSON schema  yes (" in told.out) == (0, True)
    assert SECRET not in told.out + str(found)
    assert "4 calls" in at_home("model", "costs").out


def test_an_endpoint_without_schemas_is_usable(at_home: Run, endpoint: ModelServer) -> None:
    """A refused schema is told, with what to set; plain JSON is enough."""
    endpoint.play(raw(b"{}", 400), say(SAID))
    told = at_home("model", "check")
    assert told.code == 0
    assert "JSON schema  no (rejected" in told.out
    assert "'json_schema = false'" in told.out


def test_an_endpoint_that_is_away_ends_with_code_2(at_home: Run, endpoint: ModelServer) -> None:
    """An endpoint that does not answer is told as such."""
    endpoint.play(drop)
    told = at_home("model", "check")
    assert told.code == 2
    assert "Reachable    no" in told.out


def test_what_was_sent_is_shown_on_request(
    at_home: Run, endpoint: ModelServer, tmp_path: Path
) -> None:
    """Nothing is kept by default, and the command says how to keep it."""
    endpoint.play(say(SAID))
    at_home("model", "check")
    assert "keep_sent" in at_home("model", "sent").out
    policy = tmp_path / "home" / "passdown.toml"
    policy.write_text(policy.read_text() + "\n[model]\nkeep_sent = true\n")
    at_home("model", "check")
    payloads = at_home("model", "sent", "--json").json["sent"]
    assert len(payloads) == 2
    assert all('The word is \\"passdown\\"' in one["payload"] for one in payloads)


def test_no_model_was_asked_yet(at_home: Run) -> None:
    """A home without a model says so, and no ledger is made for it."""
    assert "No model was asked yet." in at_home("model", "costs").out
    assert at_home("model", "costs", "--json").json["total"]["calls"] == 0


@pytest.mark.parametrize(
    ("use", "environ", "kind"),
    [
        (False, {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_MODEL": "m"}, EmbeddedEngine),
        (True, {"OPENAI_API_KEY": "sk-1"}, EmbeddedEngine),
        (True, {"OPENAI_API_KEY": "sk-1", "OPENAI_MODEL": "m"}, EmbeddedEngine),
        (True, {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_MODEL": "m"}, ModelEngine),
    ],
)
def test_a_model_is_used_only_where_it_is_asked_for(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    use: bool,
    environ: dict[str, str],
    kind: type,
) -> None:
    """The setting and a named endpoint together, and never a key that lies around."""
    monkeypatch.setattr("agent.engines.model_shipped.embedded_engine", EmbeddedEngine)
    home = Home.open(tmp_path / "home")
    policy = Policy.model_validate({"model": {"use": use}})
    store = home.store()
    with ExitStack() as opened:
        opened.callback(store.close)
        engine = engine_for_home(
            home, store, SettableClock(), load_catalogue(), policy, opened, environ
        )
    assert type(engine) is kind
