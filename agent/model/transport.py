"""One request to an endpoint over the `openai` package, ended by time and by size."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import UTC, datetime
from importlib import import_module
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from agent.model.failures import ModelFailure
from agent.model.settings import ModelSettings
from memory.records.model_call import CallOutcome

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAI
    from openai.resources.chat import Completions
    from openai.resources.embeddings import Embeddings

T = TypeVar("T")
PARAMETERS = frozenset({"response_format", "max_tokens", "temperature"})
"""What some endpoints do not take, and say so."""
GRACE = 1.0
"""Seconds after a call's own time limit at which it is given up from outside."""
_LATE, _CONFLICT, _RATE, _SERVER = 408, 409, 429, 500
_NO_KEY = "none"
"""Sent where no key is set: servers of one's own do not look at it."""


class LeftBehindError(Exception):
    """Work that was to end by itself did not, and goes on aside."""


class Transport(Protocol):
    """Sends the body of a chat completion, returns the body of the reply."""

    def post(self, body: Mapping[str, Any], seconds: float) -> bytes:
        """Raises `ModelFailure`, at the latest a moment after `seconds`."""
        ...


class OpenAiTransport:
    """No retries and no redirects of its own: what is sent goes to the named address alone."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._opened: OpenAI | None = None
        self._opening = Lock()

    def close(self) -> None:
        """Let go of the connections, also of those that something waits on."""
        with self._opening:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()

    def post(self, body: Mapping[str, Any], seconds: float) -> bytes:
        return self._sent(lambda client: client.chat.completions, body, seconds)

    def embed(self, body: Mapping[str, Any], seconds: float) -> bytes:
        """The same for vectors of texts."""
        return self._sent(lambda client: client.embeddings, body, seconds)

    def _sent(
        self,
        place: Callable[[OpenAI], Completions | Embeddings],
        body: Mapping[str, Any],
        seconds: float,
    ) -> bytes:
        client = self._client()
        try:
            return within(seconds + GRACE, lambda: self._post(client, place, body, seconds))
        except LeftBehindError:
            self.close()
            raise ModelFailure(CallOutcome.TIMED_OUT) from None

    def _client(self) -> OpenAI:
        with self._opening:
            if self._opened is None:
                from openai import DefaultHttpxClient, OpenAI

                encrypted = self._settings.base_url.lower().startswith("https:")
                self._opened = OpenAI(
                    base_url=self._settings.base_url,
                    api_key=self._settings.key or _NO_KEY,
                    max_retries=0,
                    http_client=DefaultHttpxClient(
                        follow_redirects=False,
                        trust_env=not self._settings.is_local,
                        # certificates take long to load, and serve nothing within a machine
                        verify=encrypted or not self._settings.is_local,
                    ),
                )
            return self._opened

    def _post(
        self,
        client: OpenAI,
        place: Callable[[OpenAI], Completions | Embeddings],
        body: Mapping[str, Any],
        seconds: float,
    ) -> bytes:
        from openai import APIConnectionError, APIStatusError, APITimeoutError

        ends = time.monotonic() + seconds
        late, lost = _network_errors()
        try:
            asked = place(client.with_options(timeout=seconds))
            with asked.with_streaming_response.create(**body) as response:
                received = bytearray()
                for piece in response.iter_bytes(chunk_size=8_192):
                    received += piece
                    if len(received) > self._settings.policy.answer_bytes:
                        raise ModelFailure(CallOutcome.TOO_LONG, f"over {len(received)} bytes")
                    if time.monotonic() > ends:
                        raise ModelFailure(CallOutcome.TIMED_OUT)
                return bytes(received)
        except (APITimeoutError, late):
            raise ModelFailure(CallOutcome.TIMED_OUT) from None
        except APIStatusError as error:
            raise _refused(error) from None
        except (APIConnectionError, lost):
            raise ModelFailure(CallOutcome.UNREACHABLE) from None


def _network_errors() -> tuple[type[Exception], type[Exception]]:
    """Time-out and any error of the HTTP package that `openai` is built on, whichever that is.

    Where an answer breaks off in its middle it lets them through as they are.
    """
    from openai import DefaultHttpxClient

    package = import_module(DefaultHttpxClient.__mro__[1].__module__.partition(".")[0])
    late: type[Exception] = package.TimeoutException
    lost: type[Exception] = package.HTTPError
    return late, lost


def _refused(error: APIStatusError) -> ModelFailure:
    """What a status that is no success means. The text of its page is left behind."""
    status = error.status_code
    wait = seconds_to_wait(error.response.headers.get("retry-after"), datetime.now(UTC))
    if status == _RATE:
        return ModelFailure(CallOutcome.RATE_LIMITED, retry_after=wait)
    if status >= _SERVER or status in (_LATE, _CONFLICT):
        return ModelFailure(CallOutcome.SERVER_ERROR, f"status {status}", retry_after=wait)
    if status in (401, 403):
        return ModelFailure(CallOutcome.NOT_PERMITTED, f"status {status}")
    named = error.param if error.param in PARAMETERS else ""
    return ModelFailure(CallOutcome.REJECTED, f"status {status}", parameter=named or "")


def seconds_to_wait(header: str | None, now: datetime) -> float | None:
    """Read `Retry-After`: seconds or a date (RFC 9110, 10.2.3). `None` where it is neither."""
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = (email.utils.parsedate_to_datetime(header) - now).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
    return seconds if 0 <= seconds <= 86_400 * 366 else None


def within(seconds: float, work: Callable[[], T]) -> T:
    """Run `work` aside and wait for it no longer than `seconds`. Raises `LeftBehindError` then.

    A server that drips one byte now and then keeps every single read within its limit; what is
    left behind ends with its connection, or with the process.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001  handed to whoever waits, as it is
            future.set_exception(error)

    Thread(target=run, daemon=True, name="model-call").start()
    try:
        return future.result(timeout=seconds)
    except FutureTimeoutError:
        raise LeftBehindError from None
