"""One line of a chat log to who said what, in the forms that IRC clients and bouncers write.

Known: `[HH:MM] <nick> words` with or without seconds (also mIRC, ZNC, eggdrop, the logs of
Ubuntu), irssi, weechat, HexChat and dates in ISO 8601. What is in no known form is nobody's words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

_COLOURS = re.compile(
    r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9a-fA-F]{6})?|[\x02\x0f\x11\x16\x1d-\x1f]"
)
_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?:[.,]\d{1,6})?"
_ZONE = r"(?:[ ]?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTH = "(?P<month>" + "|".join(_MONTHS.split()) + ")[a-z]{0,6}[.]?"
_STAMP = re.compile(
    rf"[\[(]?(?:(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})[T_ ]\[?|{_MONTH}[ ]{{1,2}}(?P<day>\d{{1,2}})[ ])?"
    rf"{_CLOCK}(?:[ ]?(?P<half>[AaPp])[Mm])?{_ZONE}[\])]?(?=\s|<)[ ]?",
    re.IGNORECASE,
)
_NICK = r"[^\s<>,:*][^\s<>]{0,63}?"
_SAID = re.compile(
    rf"\s*<[ @+%&~!*]{{0,2}}(?P<nick>{_NICK})(?::\#[^\s>]{{1,60}})?[ ]?>(?:\s(?P<words>.*))?$"
)
_ACT = re.compile(rf"\s*(?:\*|Action:)\s+[@+%&~]?(?P<nick>{_NICK})(?:\s+(?P<words>.*))?$")
_TABBED = re.compile(r"(?P<prefix>[^\t]{0,64})\t(?P<words>.*)$")
_NOTICE = re.compile(rf"\s*-(?P<nick>{_NICK})(?::[^\s-]{{1,60}})?-\s(?P<words>.*)$")
_MARK = re.compile(
    r"\s*(?P<mark>===|\*{2,4}|-!-|-{2,3}>?|<-{1,2}|=!=|\*(?=\t)|->|!)(?:\s+(?P<words>.*))?$"
)
_RENAMED = re.compile(
    r"(?:Nick change:\s*)?(?P<old>[^\s<>]{1,64})\s+(?:(?:\[[^\]]*\]|\([^)]*\))\s+)?"
    r"(?:is now known as|is now called|changed nick to|->)\s+(?P<new>[^\s<>]{1,64})[.]?\s*$"
)
_LEFT = re.compile(
    r"(?:(?:Joins|Parts|Quits|Join|Part|Quit):\s+)?(?P<nick>[^\s<>]{1,64})\s.*?"
    r"\b(?:has\s+(?:joined|left|quit|parted|been)|joined|left|quit|(?:was )?kicked)\b|"
    r"(?:Joins|Parts|Quits|Join|Part|Quit):\s+(?P<named>[^\s<>]{1,64})"
)
_CONTINUED = re.compile(r"(?:[ ]{0,40}[|\u2502]\s|[ ]{2,}|[ ]*\t+[ ]*)[ \t]*(?P<words>\S.*)")
_EVENT = re.compile(
    r"(?:[^\s]{1,64}\s+(?:(?:\[[^\]]*\]|\([^)]*\))\s+)?"
    r"(?:has\s+(?:joined|left|quit|parted|been|set|changed|kicked|removed|given|disabled|enabled)\b"
    r"|is\s+now\s+(?:known|called)\b|(?:was|were)\s+kicked\b|changed?s?\s+(?:nick|topic|the)\b"
    r"|sets?\s+(?:mode|ban|topic|the\s+channel)\b|(?:gives|removes)\s+(?:channel|voice)\b"
    r"|joined\s+[#&]|left\s+(?:irc\b|[#&])|quit\b|kicked\b|Changed?\s+mode\b))"
    r"|(?:Joins|Parts|Quits|Join|Part|Quit|Now talking|Topic|Set by|Mode|Modes|Disconnected|Irssi|"
    r"Channel|Users|Keepalive|Retrieving|Rejoined|Attempting|Server|Loaded|Logging|You|Netsplit)\b",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"\b(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}[,.]?\s+)?(?:"
    rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?|(?P<day_first>\d{{1,2}})[.]?\s+"
    rf"{_MONTH.replace('month', 'month_after')},?)"
    r"\s+(?:(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)\s+(?:[A-Z]{2,5}\s+)?)?(?P<year>(?:19|20)\d{2})\b",
    re.IGNORECASE,
)
_ISO_DAY = re.compile(r"\b(?P<iso>(?:19|20)\d{2}-\d{2}-\d{2})\b")
_OF_A_DAY = re.compile(
    r"\s*(?:\*{2,4}|-{2,3}|===|-!-|#)?\s*(?:Day changed|Log (?:opened|closed)|(?:BEGIN|ENDING?) "
    r"LOGGING|Session (?:Start|Close|Time)|Date|Date changed|Logfile started)\b"
    r"|\s*-{2,3}\s+\w{3}\s",
    re.IGNORECASE,
)
NOON = 12


class LineKind(StrEnum):
    """What a line of a log is."""

    SAID = "said"
    ACT = "act"
    MARKED = "marked"
    """Behind a mark of the system, in which old logs put acts as well."""
    RENAMED = "renamed"
    GONE = "gone"
    SYSTEM = "system"
    DAY = "day"
    """Tells the date of what follows."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line as it is written; empty and `None` where it does not tell."""

    kind: LineKind
    nick: str = ""
    words: str = ""
    clock: time | None = None
    day: date | None = None
    month_day: tuple[int, int] | None = None
    """Month and day of a stamp without a year."""
    renamed_to: str = ""


def continues(raw: str) -> str:
    """What a line without a time adds to the one before; empty where it does not show that.

    Clients write the further lines of one message indented, or behind a lone `|`.
    """
    row = _COLOURS.sub("", raw).rstrip()
    found = _CONTINUED.fullmatch(row)
    return found["words"] if found else ""


def read_line(raw: str) -> LogLine | None:
    """Read one line without its end; `None` where it is in no known form."""
    row = _COLOURS.sub("", raw).rstrip()
    stamp = _STAMP.match(row)
    clock, day, month_day, rest = None, None, None, row
    if stamp:
        clock = _clock_of(stamp)
        if clock is None:
            return None
        rest = row[stamp.end() :].removeprefix("\t")
        day = _iso_date(stamp["iso"]) if stamp["iso"] else None
        if stamp["month"]:
            month_day = (_month(stamp["month"]), int(stamp["day"]))
    if (told := _day_line(rest)) is not None:
        return LogLine(LineKind.DAY, words=rest.strip(), clock=clock, day=told)
    tabbed = _TABBED.match(rest) if stamp and stamp["iso"] else None
    read = _weechat(tabbed) if tabbed else _plain(rest)
    if read is None:
        return None
    kind, nick, words, renamed = read
    return LogLine(kind, nick, words.strip(), clock, day, month_day, renamed)


_Read = tuple[LineKind, str, str, str]


def _plain(rest: str) -> _Read | None:
    """Read what stands behind the time in any form but weechat's."""
    if found := _SAID.match(rest):
        return LineKind.SAID, found["nick"], found["words"] or "", ""
    if (found := _MARK.match(rest)) and found["words"] is not None:
        return _system(found["words"], LineKind.MARKED)
    if found := _ACT.match(rest):
        told = rest.lstrip().partition(" ")[2] if rest.lstrip().startswith("*") else ""
        if _EVENT.match(told.strip()):
            return _system(told.strip(), LineKind.SYSTEM)
        return LineKind.ACT, found["nick"], found["words"] or "", ""
    if found := _NOTICE.match(rest):
        return LineKind.SYSTEM, found["nick"], found["words"], ""
    if _RENAMED.match(rest) or _EVENT.match(rest) or _MARK.match(rest):
        return _system(rest, LineKind.SYSTEM)
    return None


def _weechat(tabbed: re.Match[str]) -> _Read | None:
    prefix, words = tabbed["prefix"].strip(), tabbed["words"]
    if prefix == "*":
        nick, _, said = words.strip().partition(" ")
        return LineKind.ACT, nick.lstrip("@+%&~"), said, ""
    if not prefix or prefix in {"--", "-->", "<--", "=!=", "=="}:
        return _system(words, LineKind.SYSTEM)
    if inside := _SAID.match(f"{prefix} {words}"):
        return LineKind.SAID, inside["nick"], words, ""
    nick = prefix.lstrip("@+%&~ ")
    return (LineKind.SAID, nick, words, "") if nick and " " not in nick else None


def _system(told: str, kind: LineKind) -> _Read:
    """Read what the system tells: a new name, somebody gone or come, or another event."""
    told = told.strip()
    if renamed := _RENAMED.match(told):
        return LineKind.RENAMED, renamed["old"], told, renamed["new"]
    if kind is LineKind.SYSTEM or _EVENT.match(told):
        left = _LEFT.match(told)
        nick = (left["nick"] or left["named"] or "") if left else ""
        return (LineKind.GONE, nick, told, "") if nick else (LineKind.SYSTEM, "", told, "")
    return kind, told.partition(" ")[0], told.partition(" ")[2], ""


def _day_line(rest: str) -> date | None:
    if not _OF_A_DAY.match(rest):
        return None
    if found := _ISO_DAY.search(rest):
        return _iso_date(found["iso"])
    if found := _DAY.search(rest):
        month = _month(found["month"] or found["month_after"])
        return _date(int(found["year"]), month, int(found["day"] or found["day_first"]))
    return None


def _clock_of(stamp: re.Match[str]) -> time | None:
    hour, half = int(stamp["hour"]), (stamp["half"] or "").lower()
    if half:
        hour = hour % NOON + (NOON if half == "p" else 0)
    try:
        return time(hour, int(stamp["minute"]), min(int(stamp["second"] or 0), 59))
    except ValueError:
        return None


def _month(name: str) -> int:
    return _MONTHS.split().index(name.lower()[:3]) + 1


def _iso_date(text: str) -> date | None:
    return _date(*(int(part) for part in text.split("-")))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
