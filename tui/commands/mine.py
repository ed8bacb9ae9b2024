"""Commands of a person about what stands in their name: mine, withdraw, credit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from memory.errors import UserInputError
from tui.commands.people import one_of
from tui.console import print_json, say, say_next, workplace
from tui.options import AsJson, AsWho, InCommunity

if TYPE_CHECKING:
    from agent.services.consent import Credited
    from agent.services.identity import Actor
    from agent.services.mine import InMyName
    from agent.services.workplace import Workplace
    from memory.records.guide import Guide


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("mine")(show_mine)
    app.command("withdraw")(withdraw)
    app.command("credit")(credit)


def show_mine(
    ctx: typer.Context,
    guide: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One guide, sentence by sentence.")
    ] = None,
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Show everything that stands, or waits to stand, in your name.

    With a guide's id: your sentences in it, numbered, each with the words it rests on.
    """
    from agent.services.identity import actor_of, pick_community
    from agent.services.mine import in_my_name

    with workplace(ctx) as work:
        if guide is not None:
            _show_sentences(work, guide, as_who, as_json=as_json)
            return
        chosen = pick_community(work, community)
        mine = in_my_name(work, actor_of(work, chosen, as_who).member)
    if as_json:
        from tui.render.payloads import member_payload
        from tui.render.words import answer_payload, own_guide_payload

        print_json(
            {
                "member": member_payload(mine.member),
                "credit": mine.member.consent.credit.value,
                "waiting": [own_guide_payload(own) for own in mine.waiting],
                "guides": [own_guide_payload(own) for own in mine.others],
                "answers": [answer_payload(own) for own in mine.answers],
                "withdrawn": mine.withdrawn,
            }
        )
        return
    _say_mine(mine, f" --as {as_who}" if as_who else "")


def _say_mine(mine: InMyName, acting: str) -> None:
    from rich.text import Text

    from tui.render.listing import heading, spaced
    from tui.render.times import counted
    from tui.render.words import answer_block, mine_heading, own_guide_block

    say(*mine_heading(mine))
    steps: list[tuple[str, str]] = []
    for title, guides in (("Waits for your yes", mine.waiting), ("Your guides", mine.others)):
        if guides:
            say(Text(), heading(title), Text())
            say(*spaced(own_guide_block(own) for own in guides))
            first = guides[0].guide.id
            steps.append((f"passdown mine {first}{acting}", "your sentences in it, numbered"))
            if guides is mine.waiting:
                steps.append((f"passdown confirm {first}{acting}", "or --sentence N, one by one"))
    if mine.answers:
        say(Text(), heading("What you told the agent"), Text())
        say(*spaced(answer_block(own) for own in mine.answers))
    if mine.withdrawn:
        say(Text(), Text(f"Withdrawn from {counted(mine.withdrawn, 'guide')}."))
    known = [*mine.waiting, *mine.others]
    if known:
        first = known[-1].guide.id
        steps += [
            (f'passdown confirm {first}{acting} --correct N --text "..."', "say it in other words"),
            (f"passdown confirm {first}{acting} --strike N", "leave a sentence out"),
            (f"passdown credit {first} chatham_house{acting}", "how you appear in it"),
            (f"passdown withdraw {first}{acting}", "take all of your words back"),
        ]
    else:
        steps.append(("passdown inbox", "what waits for you"))
    say_next(*steps)


def _acting(work: Workplace, guide: str, as_who: str | None) -> tuple[Guide, Actor]:
    from agent.services.browsing import community_of
    from agent.services.guides import find_guide
    from agent.services.identity import actor_of

    found = find_guide(work, guide)
    return found, actor_of(work, community_of(work, found.community_id), as_who)


def _show_sentences(work: Workplace, guide: str, as_who: str | None, *, as_json: bool) -> None:
    """One guide's sentences that stand in the person's own name."""
    from agent.services.confirming import numbered_sentences
    from agent.services.guides import open_page
    from memory.errors import PermissionDeniedError
    from memory.records.guide import GuideStatus
    from tui.render.words import comment_lines, sentence_blocks, sentence_payloads

    found, actor = _acting(work, guide, as_who)
    member = actor.member
    if found.status is GuideStatus.RETRACTED or member.id not in found.current.authors():
        raise PermissionDeniedError(f"none of your words stand in guide {found.id!r}")
    now_guide, sentences = numbered_sentences(work, found.id, member)
    own = [each for each in sentences if member.id in each.sentence.author_ids]
    reviews = open_page(work, found.id, member).reviews
    if as_json:
        print_json(
            {
                "guide": now_guide.id,
                "version": now_guide.current.number,
                "status": now_guide.status.value,
                "credit": now_guide.credit_of(member.id, member.consent.credit).value,
                "comments": list(dict.fromkeys(r.comment for r in reviews if r.comment)),
                "sentences": sentence_payloads(own),
            }
        )
        return
    from rich.text import Text

    from tui.render.listing import GUIDE_STATUS, heading

    acting = f" --as {as_who}" if as_who else ""
    say(heading(now_guide.current.title))
    say(Text(f"Version {now_guide.current.number}, {GUIDE_STATUS[now_guide.status]}.", style="dim"))
    say(*comment_lines(reviews), Text())
    say(*sentence_blocks(sentences, member.id, work.catalogue))
    first = own[0].number
    steps = [
        (
            f'passdown confirm {now_guide.id}{acting} --correct {first} --text "..."',
            "say it in other words",
        ),
        (f"passdown confirm {now_guide.id}{acting} --strike {first}", "leave it out"),
        (f"passdown withdraw {now_guide.id}{acting}", "take all of your words back"),
    ]
    if now_guide.missing(member.id):
        yes = f"passdown confirm {now_guide.id}{acting}"
        steps.insert(0, (yes, f"yes to all of them; --sentence {first}: to one"))
    say_next(*steps)


def withdraw(
    ctx: typer.Context,
    guide: Annotated[str, typer.Argument(metavar="ID", help="The guide's id.")],
    keep_answers: Annotated[
        bool,
        typer.Option(
            "--keep-answers", help="Leave what you told the agent as raw notes, never quoted."
        ),
    ] = False,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Take back all of your words from a guide, also after it was published.

    They are quoted nowhere again, and what you told the agent is taken out of its messages. Sealed
    copies stay in the record's older versions, which no command shows.
    """
    from agent.services.withdrawing import withdraw_words

    with workplace(ctx) as work:
        found, actor = _acting(work, guide, as_who)
        changed = withdraw_words(work, actor, found.id, keep_answers=keep_answers)
    if as_json:
        print_json(
            {
                "guide": changed.guide.id,
                "status": changed.guide.status.value,
                "sentences_gone": len(changed.gone),
            }
        )
        return
    from rich.text import Text

    from tui.render.times import counted

    told = counted(len(changed.gone), "sentence")
    say(Text(f"Your words are taken back: {told} of the guide."))
    if changed.let_go:
        say(Text("Nothing worth reading is left without them: the guide is let go."))
    else:
        say(Text("The guide goes on without them, in the words of the others."))
    say_next(("passdown mine", "what still stands in your name"))


def credit(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[ID] HOW",
            help="A guide's id, if it is for one guide; then credited, role_only or chatham_house.",
        ),
    ],
    community: InCommunity = None,
    as_who: AsWho = None,
    as_json: AsJson = False,
) -> None:
    """Choose how you appear: in one guide, or by default. Published pages follow at once."""
    from agent.services.consent import choose_credit
    from agent.services.identity import actor_of, pick_community
    from memory.records.people import Credit

    *guides, mode = words
    if len(guides) > 1:
        raise UserInputError("give a guide's id and how you want to appear, or the latter alone")
    wanted = one_of(Credit, mode, "way of credit")
    with workplace(ctx) as work:
        if guides:
            found, actor = _acting(work, guides[0], as_who)
            chosen = choose_credit(work, actor, wanted, found.id)
        else:
            actor = actor_of(work, pick_community(work, community), as_who)
            chosen = choose_credit(work, actor, wanted)
    if as_json:
        print_json(
            {
                "credit": wanted.value,
                "default": not guides,
                "guides": [one.id for one in chosen.guides],
                "kept": [one.id for one in chosen.kept],
            }
        )
        return
    _say_credit(chosen, actor.member.id, f" --as {as_who}" if as_who else "", of_one=bool(guides))


def _say_credit(chosen: Credited, member_id: str, acting: str, *, of_one: bool) -> None:
    from rich.text import Text

    from memory.records.guide import GuideStatus
    from memory.records.people import Credit
    from tui.render.times import counted
    from tui.render.words import CREDIT_WORDS

    where = "in this guide" if of_one else "by default"
    say(Text(f"From now on you appear {CREDIT_WORDS[chosen.credit]} {where}."))
    if chosen.kept:
        told = counted(len(chosen.kept), "guide")
        say(Text(f"{told} keep another way; change it one by one with `passdown credit ID HOW`."))
    steps = [("passdown mine", "how you appear in each guide")]
    if chosen.credit is Credit.CHATHAM_HOUSE:
        again = [g for g in chosen.guides if g.missing(member_id)]
        out = [g for g in chosen.guides if g.status is GuideStatus.PUBLISHED]
        if again:
            say(Text("Before publication each sentence needs your yes by itself."))
            steps.insert(0, (f"passdown mine {again[0].id}{acting}", "read them"))
        if out:
            say(Text("Published wording can still tell who speaks: correct or strike what does."))
            steps.insert(0, (f"passdown mine {out[0].id}{acting}", "read your sentences"))
    say_next(*steps)
