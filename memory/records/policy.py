"""Policy of a home: `passdown.toml`. Every default is the method's [design] default."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Self

from pydantic import Field, field_validator, model_validator

from memory.records.base import Fraction, Record
from memory.records.governance import GovernancePolicy
from memory.records.incident import AfterAction
from memory.records.model_policy import ModelPolicy
from memory.records.people import check_hours, iso_weekdays, known_zone
from memory.records.privacy_policy import PrivacyPolicy
from memory.records.tandem_policy import TandemPolicy
from memory.records.visibility import VisibilityPolicy


class AskPolicy(Record):
    """Budgets and manners of asking (method, section 3)."""

    open_questions_per_expert: int = Field(default=1, ge=1)
    probes_per_inquiry: int = Field(default=3, ge=1)
    questions_per_expert_and_week: int = Field(default=2, ge=1)
    monthly_share_per_expert: Fraction = 0.20
    monthly_share_free: int = Field(default=4, ge=1)
    """Questions a month that anyone may get before the share is counted."""
    monthly_share_from_people: int = Field(default=5, ge=2)
    """The share counts only where at least this many people could answer."""
    quiet_thread_hours: float = Field(default=4.0, ge=0)
    remind_after_workdays: int = Field(default=3, ge=1)
    expire_after_workdays: int = Field(default=5, ge=2)
    """Working days from delivery until an unanswered question closes silently."""
    weekdays: tuple[int, ...] = Field(default=(1, 2, 3, 4, 5), min_length=1)
    """ISO weekdays, Monday is 1."""
    from_hour: int = Field(default=10, ge=0, le=23)
    to_hour: int = Field(default=15, ge=1, le=24)
    days_off: tuple[date, ...] = ()
    """Public holidays and the like, on everybody's own calendar: nobody is asked then."""
    timezone: str = "UTC"
    """Used for people whose own time zone is unknown."""
    longest_wait_days: int = Field(default=60, ge=7)
    """Whoever cannot be asked within so many days is passed over, and an open question waits no
    longer than this for somebody on leave."""
    live_max_age_days: int = Field(default=30, ge=1)
    """Watching live, nobody is asked about a message older than this."""
    archive: bool = True
    """Ask about old messages too (working through an archive); False when watching live."""
    min_value: float = 0.015
    """Ask only if V exceeds this."""

    @field_validator("weekdays")
    @classmethod
    def _iso_weekdays(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        return iso_weekdays(days)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        return known_zone(name)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        check_hours(self.from_hour, self.to_hour)
        if self.remind_after_workdays >= self.expire_after_workdays:
            raise ValueError(
                f"'remind_after_workdays' {self.remind_after_workdays!r} has to be less than "
                f"'expire_after_workdays' {self.expire_after_workdays!r}"
            )
        return self


class TriagePolicy(Record):
    """Which moments are worth an inquiry."""

    ask_threshold: Fraction | None = None
    """`None` takes the catalogue's fitted threshold."""
    read_meaning: bool = True
    """Let the fitted reader have a say on what the signals leave open; slower, and surer."""
    max_open_inquiries: int = Field(default=20, ge=1)
    max_open_per_expert: int = Field(default=2, ge=1)
    """Inquiries open at once about one person's words; more would only wait for the budget."""


class GuidePolicy(Record):
    """What a guide needs, and how long it stays valid."""

    publish_completeness: Fraction = 0.45
    draft_completeness: Fraction = 0.30
    confirm_within_workdays: int = Field(default=20, ge=1)
    """Working days an expert has to confirm a draft before it is let go."""
    max_words: int = Field(default=700, ge=100)
    review_after_days: int = Field(default=180, ge=1)


class LessonPolicy(Record):
    """After-action reviews, and what a lesson needs that comes of one."""

    needs: tuple[AfterAction, ...] = (AfterAction.WHY, AfterAction.NEXT)
    """Questions that somebody has to have answered before a lesson is published; one of them is
    enough for a draft."""
    people_at_most: int = Field(default=12, ge=1)
    """How many people one review may be put to."""


class RetrievalPolicy(Record):
    """How `ask` searches."""

    word_weight: float = Field(default=0.2, ge=0, le=1)
    """What it is worth that all words of a question stand in a passage, as likeness counts 1."""
    min_score: float = Field(default=0.34, ge=-1, le=2)
    """Score (likeness and words together) below which nothing is said to be known, in a memory
    of one passage."""
    min_score_growth: float = Field(default=0.038, ge=0, le=0.2)
    """What is added to it whenever the memory is e (2.7) times as large."""
    passages: int = Field(default=3, ge=1, le=20)


class SkillPolicy(Record):
    """How long what somebody has shown speaks for them."""

    half_life_days: float = Field(default=540.0, gt=0)
    """After so many days a piece of evidence counts half."""
    half_life_days_in: Mapping[str, float] = Field(default_factory=dict)
    """The same for single communities, by name: `[skill.half_life_days_in]`."""
    badges: bool = True
    """Tell people how many used what they explained."""

    @field_validator("half_life_days_in")
    @classmethod
    def _above_nothing(cls, days: Mapping[str, float]) -> Mapping[str, float]:
        for name, number in days.items():
            if not number > 0:
                raise ValueError(f"the half-life of {name!r} has to be above 0 days")
        return days

    def half_life(self, community: str) -> float:
        """Days, for the community of this name."""
        wanted = community.casefold()
        own = {name.casefold(): days for name, days in self.half_life_days_in.items()}
        return own.get(wanted, self.half_life_days)


class Policy(Record):
    """The whole of `passdown.toml`."""

    ask: AskPolicy = AskPolicy()
    triage: TriagePolicy = TriagePolicy()
    guide: GuidePolicy = GuidePolicy()
    lesson: LessonPolicy = LessonPolicy()
    retrieval: RetrievalPolicy = RetrievalPolicy()
    skill: SkillPolicy = SkillPolicy()
    tandem: TandemPolicy = TandemPolicy()
    governance: GovernancePolicy = GovernancePolicy()
    visibility: VisibilityPolicy = VisibilityPolicy()
    model: ModelPolicy = ModelPolicy()
    privacy: PrivacyPolicy = PrivacyPolicy()
