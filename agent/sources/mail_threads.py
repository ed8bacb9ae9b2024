"""Which discussion a mail belongs to: References and In-Reply-To, and the subject as a fall-back.

A mail joins the thread of the nearest mail it names that is known; where none is, a reply ("Re:")
joins the thread of its subject if that was active within `REACH`, and otherwise opens a thread
under the first id it names, so that others that name it meet there. Only earlier mails are looked
at, so a grown archive changes no thread. Remembered are the ids met and the subjects, about 200
bytes a mail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.sources.own_words import clean_line

REACH = timedelta(days=60)
"""How long after its thread's last mail a reply without references may be joined by subject."""
MOST_REFERENCES = 100
LONGEST_ID = 250
_ID = re.compile(r"<([^<>]+)>")
_REPLY = re.compile(
    r"\A(?:(?:[A-Za-zÀ-ÿ]{2,4}(?:\[\d+\]|\^\d+)?\s?:|回复[:\uff1a]|答复[:\uff1a])\s*)+"
)
_LIST_TAG = re.compile(r"\A\[[^\]]{1,40}\]\s*")


def mail_ids(header: str) -> list[str]:
    """Return the message ids a header names, without brackets, in order, each once."""
    found = (clean_line(one, LONGEST_ID).replace(" ", "") for one in _ID.findall(header))
    return list(dict.fromkeys(one for one in found if one))[-MOST_REFERENCES:]


def bare_subject(subject: str) -> tuple[str, bool]:
    """Return a subject without list tags and reply marks, and whether it had a reply mark."""
    replies, before = False, None
    while subject != before:
        before = subject
        subject = _LIST_TAG.sub("", subject) or subject
        if mark := _REPLY.match(subject):
            rest = subject[mark.end() :]
            replies, subject = (True, rest) if rest.strip() else (replies, subject)
    return subject.strip(), replies


@dataclass(slots=True)
class _Subject:
    thread: str
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail belongs."""

    thread: str
    title: str
    reply_to: str | None


class MailThreads:
    """The threads met so far."""

    def __init__(self) -> None:
        self._thread_of: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        self._subjects: dict[str, _Subject] = {}
        self._mails: dict[str, str] = {}

    def knows(self, mail_id: str) -> bool:
        """Whether a mail of this id was placed."""
        return mail_id in self._mails

    def place(
        self, mail_id: str, names: list[str], subject: str, at: datetime, *, answers: bool = False
    ) -> Place:
        """Place a mail that names others, the nearest last; `answers` marks the last of them."""
        title, replies = bare_subject(subject)
        key = title.casefold()
        names = [name for name in names if name != mail_id]
        nearest = next((name for name in reversed(names) if name in self._thread_of), "")
        same = self._subjects.get(key)
        if mail_id in self._thread_of and not nearest:
            thread = self._thread_of[mail_id]
        elif nearest:
            thread = self._thread_of[nearest]
        elif (replies or names) and key and same and abs(at - same.last_at) <= REACH:
            thread = same.thread
        else:
            thread = names[0] if names else mail_id
        for name in (*names, mail_id):
            self._thread_of.setdefault(name, thread)
        self._thread_of[mail_id] = thread
        self._mails[mail_id] = thread
        self._titles.setdefault(thread, title)
        if key and (replies or same is None or not names):
            self._subjects[key] = _Subject(thread, at)
        known = next((name for name in reversed(names) if name in self._mails), None)
        return Place(
            thread, self._titles[thread], known or (names[-1] if answers and names else None)
        )
