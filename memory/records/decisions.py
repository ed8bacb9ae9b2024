"""The log of every decision: who did what to which record, when and why. Opaque ids, no text."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from memory.records.base import Id, Record, UtcTime


class Action(StrEnum):
    """What can be decided or done. The agent acts too: its actor id is `agent`."""

    IMPORTED = "imported"
    NOTE_TAKEN = "note_taken"
    REVIEW_OPENED = "review_opened"
    MOMENT_FOUND = "moment_found"
    MOMENT_COVERED = "moment_covered"
    INQUIRY_OPENED = "inquiry_opened"
    INQUIRY_CLOSED = "inquiry_closed"
    EXPERT_CHOSEN = "expert_chosen"
    ASKING_POSTPONED = "asking_postponed"
    QUESTION_DELIVERED = "question_delivered"
    QUESTION_REMINDED = "question_reminded"
    QUESTION_EXPIRED = "question_expired"
    ANSWERED = "answered"
    ANSWER_DIFFERS = "answer_differs"
    SKIPPED = "skipped"
    SAID_ENOUGH = "said_enough"
    SNOOZED = "snoozed"
    MEANING_CHOSEN = "meaning_chosen"
    REFERRED = "referred"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    HOURS_CHANGED = "hours_changed"
    GUIDE_DRAFTED = "guide_drafted"
    SENTENCE_CUT = "sentence_cut"
    GUIDE_CONFIRMED = "guide_confirmed"
    GUIDE_WITHDRAWN = "guide_withdrawn"
    GUIDE_RETRACTED = "guide_retracted"
    SENTENCE_CORRECTED = "sentence_corrected"
    SENTENCE_STRUCK = "sentence_struck"
    SENTENCE_EDITED = "sentence_edited"
    CREDIT_CHOSEN = "credit_chosen"
    GUIDE_APPROVED = "guide_approved"
    GUIDE_RETURNED = "guide_returned"
    GUIDE_REJECTED = "guide_rejected"
    GUIDE_ESCALATED = "guide_escalated"
    GUIDE_VOTED = "guide_voted"
    GUIDE_PUBLISHED = "guide_published"
    GUIDE_SUPERSEDED = "guide_superseded"
    GUIDE_RESTORED = "guide_restored"
    GUIDE_CHALLENGED = "guide_challenged"
    CHALLENGE_SETTLED = "challenge_settled"
    GUIDE_RECHECKED = "guide_rechecked"
    GUIDE_RENEWED = "guide_renewed"
    GUIDES_ALIKE = "guides_alike"
    GUIDES_KEPT_APART = "guides_kept_apart"
    FEEDBACK_GIVEN = "feedback_given"
    FEEDBACK_TAKEN_BACK = "feedback_taken_back"
    AGENT_PAUSED = "agent_paused"
    AGENT_RESUMED = "agent_resumed"
    WORK_STOPPED = "work_stopped"
    WORK_RESUMED = "work_resumed"
    ROLE_GRANTED = "role_granted"
    ACCOUNT_BOUND = "account_bound"
    GRANT_GIVEN = "grant_given"
    GRANT_REVOKED = "grant_revoked"
    ACTED_AS = "acted_as"
    SKILL_TAGGED = "skill_tagged"
    SKILL_ENDORSED = "skill_endorsed"
    SKILL_WITHDRAWN = "skill_withdrawn"
    TOPIC_NAMED = "topic_named"
    BADGES_CHOSEN = "badges_chosen"
    TANDEM_WISHES_CHANGED = "tandem_wishes_changed"
    TANDEM_TASK_ADDED = "tandem_task_added"
    TANDEM_TASK_CHANGED = "tandem_task_changed"
    TANDEM_SUGGESTED = "tandem_suggested"
    TANDEM_PICKED = "tandem_picked"
    TANDEM_STARTED = "tandem_started"
    TANDEM_CHECKED_IN = "tandem_checked_in"
    TANDEM_REVIEWED = "tandem_reviewed"
    TANDEM_ENDED = "tandem_ended"
    INDEX_REBUILT = "index_rebuilt"
    HOME_BACKED_UP = "home_backed_up"
    HOME_RESTORED = "home_restored"
    HOME_REPAIRED = "home_repaired"
    VISIBILITY_SET = "visibility_set"
    GUIDE_WIDENED = "guide_widened"
    GUIDE_NARROWED = "guide_narrowed"
    SHOWING_AGREED = "showing_agreed"
    SHOWING_REFUSED = "showing_refused"
    MEMBER_FORGOTTEN = "member_forgotten"
    MEMBER_EXPORTED = "member_exported"
    HIDDEN_OPENED = "hidden_opened"
    PEOPLE_JOINED = "people_joined"
    PEOPLE_SEPARATED = "people_separated"


class LoggedDecision(Record):
    """One line of the log. `reason` is a code from a closed vocabulary, never free text."""

    at: UtcTime
    community_id: Id | None
    actor: str = Field(pattern=r"^(agent|account|mem_[0-9a-f]{16})$")
    on_behalf_of: Id | None = None
    action: Action
    subject: str = Field(pattern=r"^[a-z]{2,4}_[0-9a-f]{16}$|^home$")
    reason: str = Field(default="", pattern=r"^[a-z0-9_.:-]{0,60}$")


TO_MEMBER = "member:"
"""How the name of an account begins that stands for a member, whatever account is theirs.

No account of an operating system has a colon in its name.
"""


class Grant(Record):
    """Permission for the person of this account to act as another member. Revocable."""

    id: Id
    community_id: Id
    account: str
    """An account of the operating system, or what `to_member` gives."""
    member_id: Id
    granted_by: Id
    granted_at: UtcTime
    revoked_at: UtcTime | None = None

    @staticmethod
    def to_member(member_id: str) -> str:
        """What a grant to a member is made out to."""
        return f"{TO_MEMBER}{member_id}"
