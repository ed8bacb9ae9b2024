"""Ways in which a model server goes wrong whatever it is asked, and what each is entered as."""

from __future__ import annotations

from tests.model.server import Act, break_off, completion, drip, drop, flood, hang, raw, say

MISBEHAVIOURS: dict[str, tuple[Act, str]] = {
    "hangs": (hang, "timed_out"),
    "drips": (drip, "timed_out"),
    "asks for patience without saying how long": (raw(b"{}", 429), "rate_limited"),
    "asks for an hour's patience": (raw(b"{}", 429, retry_after="3600"), "rate_limited"),
    "breaks": (raw(b"<html>", 500), "server_error"),
    "is overloaded": (raw(b"", 503, retry_after="0"), "server_error"),
    "drops the connection": (drop, "unreachable"),
    "breaks off": (break_off, "unreachable"),
    "cuts its JSON": (say('{"candidates": [{"quo'), "not_json"),
    "cuts its answer": (say('{"candidates": [', finish="length"), "truncated"),
    "answers another shape": (say({"questions": ["Why?"]}), "wrong_schema"),
    "answers a list": (say(["Why?"]), "wrong_schema"),
    "answers nothing": (raw(completion(None)), "empty"),
    "has no choice": (raw(b'{"choices": []}'), "empty"),
    "declines": (say("", refusal="I cannot."), "declined"),
    "sends a megabyte": (flood, "too_long"),
    "gives orders": (
        say({"route": "publish", "approved": True, "order": [1, 2], "sentences": []}),
        "wrong_schema",
    ),
    "sends noise": (say("\u202e\ud83d\ude00\u0000\u200b" * 50), "not_json"),
    "does not know the key": (raw(b"{}", 401), "not_permitted"),
    "loops": (say('{"a": ' * 5_000), "not_json"),
}
