"""Slack's markup to plain text, and whose words its stretches are."""

from __future__ import annotations

import re

from agent.sources.own_words import SegmentedText, Segmenter, clean_text, segment_lines
from agent.sources.slack_people import Directory
from memory.records.talk import SegmentKind

_TOKEN = re.compile(r"<([^<>\n]+)>")
_CODE = re.compile(r"```(.+?)```", re.DOTALL)
_QUOTE_REST = re.compile(r"^>>>", re.MULTILINE)
_UPLOAD = re.compile(
    r"<@[^<>]+> (?:uploaded|shared) an? [\w ]+: <[^<>]*>(?: and commented: (?P<said>.*))?",
    re.DOTALL,
)


def decode(raw: str, directory: Directory) -> tuple[str, tuple[str, ...]]:
    """Return readable text and the ids of the users it mentions, each once, in order."""
    mentioned: dict[str, None] = {}

    def readable(token: re.Match[str]) -> str:
        target, _, label = token.group(1).partition("|")
        if target.startswith("@"):
            user_id = target[1:]
            mentioned[user_id] = None
            known = directory.people.get(user_id)
            return f"@{known.handle if known else label or user_id}"
        if target.startswith("#"):
            return f"#{label or directory.channel_names.get(target[1:], target[1:])}"
        if target.startswith("!"):
            return label or f"@{target[1:].split('^')[0]}"
        if ":" in target:
            return label or target
        return token.group()

    plain = _TOKEN.sub(readable, clean_text(raw))
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(entity, character)
    return plain, tuple(mentioned)


def segment(text: str) -> SegmentedText:
    """Segment decoded text: code between triple backticks, `>` lines, and all after `>>>`."""
    segmenter = Segmenter(text)
    position = 0
    for code in _CODE.finditer(text):
        if _talk(segmenter, position, code.start(), len(text)):
            return segmenter.finished()
        segmenter.add(SegmentKind.CODE, code.start(1), code.end(1))
        position = code.end()
    _talk(segmenter, position, len(text), len(text))
    return segmenter.finished()


def _talk(segmenter: Segmenter, start: int, end: int, whole: int) -> bool:
    """Segment a stretch without code; True where a `>>>` in it quotes the rest of the text."""
    rest = _QUOTE_REST.search(segmenter.text, start, end)
    segment_lines(segmenter, start, rest.start() if rest else end, signatures=False)
    if rest:
        segmenter.add(SegmentKind.QUOTE, rest.end(), whole)
    return rest is not None


def said_with_upload(raw: str) -> str:
    """Cut the sentence that Slack itself wrote before what somebody said with a file."""
    upload = _UPLOAD.fullmatch(raw)
    return raw if upload is None else (upload["said"] or "")
