"""Who is let in, and who is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.errors import UserInputError
from tui.serving.door import Door, check_host, is_loopback, names_of

PORT = 8000
HERE = "127.0.0.1:8000"


@pytest.fixture
def door() -> Door:
    """Of a server on loopback."""
    names, everywhere = names_of("127.0.0.1", (), "desk.example")
    return Door(PORT, names, any_address=everywhere)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "LOCALHOST"])
def test_own_names_are_answered_to(door: Door, host: str) -> None:
    """Every way to write this machine's own address is good."""
    assert not door.refusal({"Host": host}, socket=False)


@pytest.mark.parametrize(
    "host",
    [
        *("", "evil.example", "evil.example:8000", "127.0.0.1.evil.example", "10.0.0.7:8000"),
        *("me@127.0.0.1:8000", "127.0.0.1:8000/x", "127.0.0.1:port", "[::1", "desk.example"),
    ],
)
def test_other_names_are_refused(door: Door, host: str) -> None:
    """A name that DNS leads here (rebinding) is not answered to, whatever else the request has."""
    assert door.refusal({"Host": host}, socket=False)


def test_addresses_are_good_once_it_listens_everywhere() -> None:
    """A literal address cannot be rebound; another name still has to be given."""
    names, everywhere = names_of("0.0.0.0", ("Desk.Example",), "own")  # noqa: S104 - the subject
    door = Door(PORT, names, any_address=everywhere)
    for host in ("10.0.0.7:8000", "[2001:db8::1]:8000", "desk.example:8000", "own:8000"):
        assert not door.refusal({"Host": host}, socket=False)
    assert door.refusal({"Host": "evil.example:8000"}, socket=False)


@pytest.mark.parametrize(
    "origin",
    [
        *("null", "", "http://evil.example", "http://127.0.0.1", "http://127.0.0.1:8001"),
        *("http://localhost:8000", "file://", "http://127.0.0.1:8000.evil.example"),
        *("ftp://127.0.0.1:8000", "http://127.0.0.1:8000/path", "https://[", "http://x:y"),
    ],
)
@pytest.mark.parametrize("socket", [True, False])
def test_another_origin_is_refused(door: Door, origin: str, *, socket: bool) -> None:
    """Only a page of this very server may ask for anything, be it of the same machine."""
    assert door.refusal({"Host": HERE, "Origin": origin}, socket=socket)


def test_a_web_socket_has_to_say_where_it_comes_from(door: Door) -> None:
    """Browsers always do; without an origin there is no socket."""
    assert door.refusal({"Host": HERE}, socket=True)
    assert not door.refusal({"Host": HERE, "Origin": f"http://{HERE}"}, socket=True)


def test_what_another_page_fetches_is_refused(door: Door) -> None:
    """A page may lead here, but not load anything from here."""
    for site in ("cross-site", "same-site"):
        asked = {"Host": HERE, "Sec-Fetch-Site": site}
        assert door.refusal({**asked, "Sec-Fetch-Mode": "no-cors"}, socket=False)
        assert not door.refusal({**asked, "Sec-Fetch-Mode": "navigate"}, socket=False)


def test_a_proxy_with_tls_may_stand_before_it() -> None:
    """There the page is https at the usual port, and the host has none."""
    door = Door(PORT, names_of("127.0.0.1", ("desk.example",), "own")[0])
    asked = {"Host": "desk.example", "Origin": "https://desk.example"}
    assert not door.refusal(asked, socket=True)


@given(st.text(), st.text())
def test_any_header_is_judged(host: str, origin: str) -> None:
    """Whatever is sent, the answer is a refusal, never a failure."""
    door = Door(PORT, names_of("127.0.0.1", (), "own")[0])
    assert door.refusal({"Host": f"x{host}", "Origin": origin}, socket=True)


@given(st.text())
def test_no_other_token_opens(word: str) -> None:
    """Neither a token nor a cookie that was made up gets anybody in."""
    door = Door(PORT, frozenset())
    assert not door.opens(word)
    assert not door.knows(word)
    assert not door.knows(None)
    assert door.opens(door.token)
    assert door.knows(door.session)
    assert not door.knows(door.token)


def test_secrets_are_new_each_time_and_not_shown() -> None:
    """Two starts share nothing, and neither secret stands in a log of the object."""
    one, other = Door(PORT, frozenset()), Door(PORT, frozenset())
    assert len({one.token, other.token, one.session, other.session}) == 4
    assert one.token not in repr(one)
    assert one.session not in repr(one)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "::", "desk.example"])  # noqa: S104 - the subject
def test_other_machines_are_let_near_only_on_purpose(host: str) -> None:
    """An address beyond loopback needs its flag."""
    assert not is_loopback(host)
    with pytest.raises(UserInputError, match="--expose"):
        check_host(host, expose=False)
    check_host(host, expose=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_needs_no_flag(host: str) -> None:
    """Nobody else reaches it."""
    check_host(host, expose=False)
