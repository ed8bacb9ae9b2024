"""A text in pieces: words, numbers, code and pauses, with what a speaker begins anew left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.method.entailing.grammar import Grammar, grammar
from agent.method.entailing.spelling import known_words, mend
from agent.method.entailing.writing import written_out

_TOKEN = re.compile(
    r"(?P<code>`[^`\n]+`|https?://\S*[\w/]|(?<![\w-])--?[A-Za-z][\w-]*|\w+(?:[_/\\.:@]+\w+)*_\w*"
    r"|[A-Za-z]\w*(?:(?:[/\\:@]+|\.(?=[a-z\d_]))\w+)+|(?<!\w)[A-Za-z]+\d\w*|\d+(?:\.\d+)*[A-Za-z]\w*|\w\+\+|\w#)"
    r"|(?P<number>(?<![\w.])[-\u2212]?\d+(?:[.,:/+]\d+)*)"
    r"|(?P<glyph>[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)"
    r"|(?P<stop>[.!?\u2026\u3002\uff01\uff1f]+(?=\W|$)|\n+)"
    r"|(?P<pause>[,;:()\[\]\u2013\u2014\u2192]+|->|=>|\s-{1,2}\s)"
    r"|(?P<sign>[<>]=|[%\u00b0<>\u2264\u2265\u00b1=&+~\u2248])"
)
_SIGNS = {"&": "and", "+": "and", "~": "roughly", "\u2248": "roughly", "%": "%", "\u00b0": "\u00b0",
          "\u2265": "at_least", ">=": "at_least", "\u2264": "at_most", "<=": "at_most"}  # fmt: skip
_BREAKS = frozenset({",", "\u2013", "\u2014", "-", "--"})
_HESITATIONS = frozenset({"um", "uh", "uhm", "erm", "er", "hmm"})
_LEAST_MENDED = 3
_LONGEST_REPEAT = 3


@dataclass(slots=True)
class Piece:
    """A stretch of text on its way to a token."""

    kind: str
    surface: str
    sentence: int
    paused: bool
    bracketed: bool
    named: bool = False
    broken: bool = False
    """The pause before it is one at which a speaker may begin anew."""


def pieces_of(text: str) -> tuple[list[Piece], frozenset[int]]:
    """The pieces of a text in order, and the numbers of the sentences that are questions."""
    words = grammar()
    asked: set[int] = set()
    found = [_mended(piece, words) for piece in _pieces(written_out(text), words, asked)]
    return _phrased(_once(found), words), frozenset(asked)


def _pieces(text: str, words: Grammar, asked: set[int]) -> Iterator[Piece]:
    """The pieces of a text; numbers of sentences that are questions go to `asked`."""
    sentence, paused, fresh, depth, broken = 0, True, True, 0, False
    for match in _TOKEN.finditer(text):
        kind, surface = str(match.lastgroup), match.group()
        if kind == "stop":
            if "?" in surface and not fresh:
                asked.add(sentence)
            sentence, paused, fresh = sentence + (not fresh), True, True
        elif kind == "pause":
            depth = max(0, depth + surface.count("[") - surface.count("]"))
            bracket = surface in ("[", "]")
            paused, broken = (fresh if bracket else True), surface.strip() in _BREAKS
        else:
            named = kind == "word" and _is_name(surface, fresh=fresh)
            for part_kind, part in _parts(kind, surface, words):
                yield Piece(part_kind, part, sentence, paused, depth > 0, named, broken)
                paused = fresh = broken = False


def _parts(kind: str, surface: str, words: Grammar) -> Iterator[tuple[str, str]]:
    """What one match comes to, each part with its kind."""
    if kind == "code" and surface.startswith("`"):
        for chunk in _chunks(surface):
            yield ("quoted" if chunk.isalpha() else "code"), chunk
    elif kind == "sign":
        yield ("word", _SIGNS[surface]) if surface in _SIGNS else ("code", surface)
    elif kind == "word":
        for part in _expanded(surface.casefold(), words):
            yield ("number" if part.isdigit() else "word"), part
    else:
        yield kind, surface


def _chunks(code: str) -> list[str]:
    """The words of a stretch of code; `update-grub` is two, as it is outside of code."""
    found: list[str] = []
    for chunk in code.strip("`").split():
        word = chunk.rstrip(":,;") or chunk
        plain = word.replace("-", "").isalpha() and word[0] != "-"
        found += [part for part in word.split("-") if part] if plain else [word]
    return found


def _is_name(surface: str, *, fresh: bool) -> bool:
    if not surface[0].isupper() or surface == "I" or surface.startswith("I'"):
        return False
    return not fresh or any(letter.isupper() for letter in surface[1:])


def _expanded(word: str, words: Grammar) -> list[str]:
    """Split contractions and spell function words one way: `don't` gives `do`, `not`."""
    if word in words.spellings:
        return words.spellings[word].split()
    if word.endswith("n't"):
        return [word[:-3], "not"]
    for ending, full in words.endings.items():
        if word.endswith(ending):
            return [word[: -len(ending)], full]
    return [word]


def _mended(piece: Piece, words: Grammar) -> Piece:
    """Put right a misspelt word of a closed class: `myabe` is `maybe`."""
    word = piece.surface
    if piece.kind == "word" and len(word) >= _LEAST_MENDED and word not in known_words():
        right = mend(word, words.by_initial.get(word[0], ()))
        if right:
            piece.surface = right
    return piece


def _once(pieces: list[Piece]) -> list[Piece]:
    """Leave out what a speaker begins anew: `if you, if you look` gives `if you look`."""
    kept = [p for p in pieces if p.surface not in _HESITATIONS]
    for place in range(len(kept) - 1, 0, -1):
        if place < len(kept) and kept[place].broken:
            _drop_false_start(kept, place)
    place = 0
    while place < len(kept):
        for length in (3, 2, 1):
            first, again = kept[place : place + length], kept[place + length : place + 2 * length]
            same = [p.surface for p in first] == [p.surface for p in again]
            if same and first and again[0].broken and all(p.kind == "word" for p in again):
                again[0].paused = first[0].paused
                del kept[place : place + length]
                break
        else:
            place += 1
    return kept


def _drop_false_start(pieces: list[Piece], place: int) -> None:
    """`If it's, if we get` begins twice with one word and says nothing in between."""
    closed = grammar().closed
    for back in (1, 2, 3):
        start = place - back
        if start < 0 or pieces[start].sentence != pieces[place].sentence:
            return
        stretch = pieces[start:place]
        if any(p.kind != "word" or p.surface not in closed for p in stretch):
            return
        if stretch[0].surface == pieces[place].surface:
            pieces[place].paused = stretch[0].paused
            del pieces[start:place]
            return
        if stretch[0].paused:
            return


def _phrased(pieces: list[Piece], words: Grammar) -> list[Piece]:
    """Put one word for each fixed phrase; a phrase never runs over a pause."""
    made: list[Piece] = []
    place = 0
    while place < len(pieces):
        piece = pieces[place]
        for length in words.phrase_lengths.get(piece.surface, ()) if piece.kind == "word" else ():
            stretch = pieces[place : place + length]
            inside = all(p.kind == "word" and not p.paused for p in stretch[1:])
            found = words.phrases.get(tuple(p.surface for p in stretch)) if inside else None
            if found is not None and stretch[-1].sentence == piece.sentence:
                for nth, word in enumerate(found):
                    kind = "number" if word[0].isdigit() else "word"
                    made.append(Piece(kind, word, piece.sentence, piece.paused and not nth,
                                       piece.bracketed))  # fmt: skip
                place += length
                break
        else:
            made.append(piece)
            place += 1
    return made
