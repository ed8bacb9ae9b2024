"""The command with which somebody says when, and whether, they may be asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from memory.errors import UserInputError
from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity

if TYPE_CHECKING:
    from memory.records.people import Member
    from memory.records.policy import AskPolicy

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FIELDS = ("weekdays", "from_hour", "to_hour", "away_from", "away_until")


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("hours")(set_own_hours)


def set_own_hours(
    ctx: typer.Context,
    days: Annotated[
        str | None, typer.Option("--days", metavar="DAYS", help="Such as mon-thu or mon,wed.")
    ] = None,
    hours: Annotated[
        str | None, typer.Option("--between", metavar="FROM-TO", help="Full hours, such as 10-15.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option("--timezone", metavar="ZONE", help="Such as Europe/Berlin.")
    ] = None,
    away: Annotated[
        str | None,
        typer.Option(
            "--away", metavar="FIRST..LAST", help="A leave, such as 2026-12-21..2027-01-03."
        ),
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="End the leave.")] = False,
    default: Annotated[
        bool, typer.Option("--default", help="Days and hours as the community's policy has them.")
    ] = False,
    ask_again: Annotated[
        bool, typer.Option("--ask-again", help="Be asked again after having said stop.")
    ] = False,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Show or say when you may be asked: days, hours, leave."""
    from agent.services.consent import opt_in, set_hours
    from agent.services.identity import actor_of, pick_community

    if away is not None and back:
        raise UserInputError("--away begins a leave and --back ends it; give one of them")
    with workplace(ctx) as work:
        actor = actor_of(work, pick_community(work, community), as_who)
        member, policy = actor.member, work.policy.ask
        zone = _zone(timezone or member.timezone or policy.timezone)
        said: dict[str, Any] = {}
        if default:
            said |= {"weekdays": None, "from_hour": None, "to_hour": None}
        if days is not None:
            said["weekdays"] = _weekdays(days)
        if hours is not None:
            said["from_hour"], said["to_hour"] = _span_of_hours(hours)
        if back:
            said |= {"away_from": None, "away_until": None}
        if away is not None:
            said["away_from"], said["away_until"] = _leave(away, zone)
        if said or timezone is not None:
            own = {name: getattr(member.availability, name) for name in _FIELDS} | said
            zone_name = timezone if timezone is not None else member.timezone
            member = set_hours(work, actor, _availability(own), zone_name)
        if ask_again:
            member = opt_in(work, actor)
    acting = f" --as {member.handle}" if as_who else ""
    if as_json:
        print_json(_payload(member, policy))
        return
    _say_hours(member, policy, acting)


def _availability(own: dict[str, Any]) -> Any:
    from pydantic import ValidationError

    from memory.records.people import Availability

    try:
        return Availability.model_validate(own)
    except ValidationError as error:
        raise UserInputError(error.errors()[0]["msg"].removeprefix("Value error, ")) from error


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UserInputError(
            f"there is no time zone {name!r}; one is written like Europe/Berlin"
        ) from error


def _weekdays(given: str) -> tuple[int, ...]:
    """ISO weekdays of `mon-thu`, `mon,wed` or a mixture of both."""
    chosen: set[int] = set()
    for part in given.casefold().split(","):
        ends = [_weekday(word, given) for word in part.split("-", 1)]
        first, last = ends[0], ends[-1]
        if last < first:
            last += len(_DAYS)
        chosen |= {(day - 1) % len(_DAYS) + 1 for day in range(first, last + 1)}
    return tuple(sorted(chosen))


def _weekday(word: str, given: str) -> int:
    short = word.strip()[:3]
    if short not in _DAYS:
        raise UserInputError(f"{given!r} names no days; write for example mon-thu or mon,wed")
    return _DAYS.index(short) + 1


def _span_of_hours(given: str) -> tuple[int, int]:
    try:
        first, last = (int(hour.strip().removesuffix(":00")) for hour in given.split("-"))
    except ValueError as error:
        raise UserInputError(f"{given!r} is no span of hours; write for example 10-15") from error
    return first, last


def _leave(given: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last, in UTC."""
    first, _, last = given.partition("..")
    try:
        begins, ends = (
            date.fromisoformat(first.strip()),
            date.fromisoformat((last or first).strip()),
        )
        after = ends + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise UserInputError(
            f"{given!r} is no leave; write its first and last day, such as 2026-12-21..2027-01-03"
        ) from error
    if ends < begins:
        raise UserInputError(f"the leave {given!r} ends before it begins")
    day, night = (datetime.combine(one, time(), zone) for one in (begins, after))
    return day.astimezone(UTC), night.astimezone(UTC)


def _payload(member: Member, policy: AskPolicy) -> dict[str, Any]:
    own = member.availability
    return {
        "member": {"id": member.id, "handle": member.handle},
        "may_be_asked": member.may_be_asked,
        "timezone": member.timezone or policy.timezone,
        "weekdays": list(own.weekdays if own.weekdays is not None else policy.weekdays),
        "from_hour": own.from_hour if own.from_hour is not None else policy.from_hour,
        "to_hour": own.to_hour if own.to_hour is not None else policy.to_hour,
        "away_from": own.away_from.isoformat() if own.away_from else None,
        "away_until": own.away_until.isoformat() if own.away_until else None,
    }


def _say_hours(member: Member, policy: AskPolicy, acting: str) -> None:
    from rich.text import Text

    from tui.render.listing import heading, indented

    told = _payload(member, policy)
    say(heading(f"When {member.name} may be asked"))
    if not told["may_be_asked"]:
        say(indented(Text("Never: you said stop, and it holds until you say otherwise.")))
        say_next((f"passdown hours --ask-again{acting}", "be asked again"))
        return
    days = ", ".join(_DAYS[day - 1].capitalize() for day in told["weekdays"]) or "on no day"
    hours = f"{told['from_hour']}:00 to {told['to_hour']}:00"
    say(indented(Text(f"{days}, {hours} in {told['timezone']}")))
    own = member.availability
    if own.away_until is not None:
        zone = ZoneInfo(told["timezone"])
        until = (own.away_until - timedelta(seconds=1)).astimezone(zone)
        since = f" from {own.away_from.astimezone(zone):%d %b %Y}" if own.away_from else ""
        say(indented(Text(f"On leave{since} until {until:%d %b %Y}")))
    say_next((f"passdown hours --away FIRST..LAST{acting}", "say when you are on leave"))
