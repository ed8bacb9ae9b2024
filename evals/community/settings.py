"""The settings of the published study (arXiv 2507.03811), rebuilt: employees and what they hold.

What the paper leaves open was chosen thus. The levels of a tree are of about equal size. Patient
zero is drawn at random among all. Every column, useful or not, is a piece of knowledge. A piece is
passed along an edge both ways. The agent starts at somebody of the lowest level. Employees know
from whom they had what they hold, and which of their neighbours hold something; they explain up to
ten columns in one answer. `OTHERWISE` names the last three choices the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from random import Random

DEPTHS, EMPLOYEES = (2, 5, 10, 20), (20, 75, 200)
ALPHAS, DECAYS, MULTIPLIERS = (0.1, 0.5), (0.5, 0.8), (0.0, 2.5, 5.0)
COLUMNS, REPEATS = (5, 20), 3
FACTORS = ("depth", "employees", "alpha", "decay", "multiplier", "columns", "repeat")
STEPS = 10
_OF = [
    "net_weight",
    "unit_price",
    "ship_date",
    "batch_no",
    "shelf_code",
    "vat_rate",
    "lead_time",
    "lot_size",
    "due_day",
    "origin_code",
    "pack_type",
    "carrier_id",
    "moisture_pct",
    "reject_count",
    "grade_mark",
    "heat_no",
    "zone_key",
    "cut_length",
    "fee_class",
    "seal_no",
]
_MEANS = [
    "kilos without the packaging",
    "cents before any rebate",
    "when the driver signed",
    "the run of the oven",
    "where a picker finds it",
    "what the tax office wants",
    "working days from order to dock",
    "pieces on one pallet",
    "when the invoice is payable",
    "the quarry it came from",
    "whether it travels in a crate",
    "who drives the truck",
    "water left after drying",
    "items that failed inspection",
    "the stamp of the sorter",
    "the melt of the furnace",
    "which part of the yard",
    "millimetres after the saw",
    "how the broker is paid",
    "the number on the customs lead",
]
_FIRST = [
    "Abe",
    "Bea",
    "Cid",
    "Dot",
    "Eli",
    "Fay",
    "Gus",
    "Ida",
    "Jon",
    "Kay",
    "Lou",
    "Mia",
    "Ned",
    "Ola",
    "Pia",
    "Ray",
    "Sal",
    "Tia",
    "Uma",
    "Vic",
]
_LAST = [
    "Arden",
    "Boyle",
    "Crane",
    "Doran",
    "Ebner",
    "Falk",
    "Grube",
    "Hirst",
    "Iqbal",
    "Jarvi",
]
SECTORS = [
    "timber",
    "steel",
    "grain",
    "dairy",
    "textiles",
    "ceramics",
    "glass",
    "paper",
    "fishing",
    "mining",
    "printing",
    "brewing",
    "shipping",
    "rail",
    "farming",
    "energy",
    "water",
    "retail",
]


@dataclass(frozen=True, slots=True)
class Setting:
    """One of the 864 settings."""

    depth: int
    employees: int
    alpha: float
    decay: float
    multiplier: float
    columns: int
    repeat: int

    @property
    def key(self) -> str:
        """The setting in short, for files and logs."""
        return (
            f"d{self.depth}-n{self.employees}-a{self.alpha:g}-y{self.decay:g}"
            f"-m{self.multiplier:g}-c{self.columns}-r{self.repeat}"
        )


@dataclass(frozen=True, slots=True)
class Choices:
    """What the paper leaves open, and what matters to asking around."""

    starts_lowest: bool = True
    """Whether the agent starts at somebody of the lowest level, not at anybody."""
    names_sources: bool = True
    """Whether people name from whom they had what they told; else a neighbour who holds most."""
    columns_an_answer: int = 10


CHOSEN = Choices()
OTHERWISE: Mapping[str, Choices] = {
    "start_anywhere": Choices(starts_lowest=False),
    "sources_unnamed": Choices(names_sources=False),
    "one_column_an_answer": Choices(columns_an_answer=1),
}


@dataclass(frozen=True, slots=True)
class Firm:
    """An organisation of the study with what everybody holds after the spread."""

    setting: Setting
    title: str
    names: tuple[str, ...]
    sentences: tuple[str, ...]
    """By column."""
    columns: tuple[str, ...]
    parents: tuple[int | None, ...]
    neighbours: tuple[tuple[int, ...], ...]
    zero: int
    start: int
    holds: tuple[Mapping[int, int | None], ...]
    """By employee: the columns they know, and from whom; `None` for patient zero's own."""


def all_settings() -> tuple[Setting, ...]:
    """The 864 settings, in the order of the paper's factors."""
    factors = product(DEPTHS, EMPLOYEES, ALPHAS, DECAYS, MULTIPLIERS, COLUMNS, range(REPEATS))
    return tuple(Setting(*factor) for factor in factors)


def stratified(limit: int, seed: int) -> tuple[Setting, ...]:
    """At most `limit` settings, each level of a factor about as often; 0 is all of them."""
    settings = list(all_settings())
    if not limit or limit >= len(settings):
        return tuple(settings)
    draw = Random(f"{seed}:settings")  # noqa: S311 - a simulation
    levels = {name: _levels(settings, name, limit, draw) for name in FACTORS}
    chosen: dict[Setting, None] = {}
    for place in range(limit):
        wanted = {name: levels[name][place] for name in FACTORS}
        left = [setting for setting in settings if setting not in chosen]
        chosen[max(left, key=lambda s: sum(getattr(s, n) == wanted[n] for n in FACTORS))] = None
    return tuple(setting for setting in settings if setting in chosen)


def _levels(settings: Sequence[Setting], name: str, limit: int, draw: Random) -> list[float]:
    """Each level of a factor about as often, in a random order; `limit` of them."""
    known = sorted({getattr(setting, name) for setting in settings})
    draw.shuffle(known)
    drawn = [known[place % len(known)] for place in range(limit)]
    draw.shuffle(drawn)
    return drawn


def make_firm(setting: Setting, seed: int, choices: Choices = CHOSEN) -> Firm:
    """Build the organisation of a setting and let its knowledge spread."""
    draw = Random(f"{seed}:{setting.key}")  # noqa: S311 - a simulation
    parents, levels = _tree(setting)
    neighbours = _edges(setting, parents, draw)
    zero = draw.randrange(setting.employees)
    names = [f"{first} {last}" for last in _LAST for first in _FIRST]
    lowest = max(levels) if choices.starts_lowest else 0
    return Firm(
        setting=setting,
        title=f"handover of the {draw.choice(SECTORS)} table",
        names=tuple(draw.sample(names, setting.employees)),
        sentences=tuple(f"{_OF[n]} stands for {_MEANS[n]}." for n in range(setting.columns)),
        columns=tuple(_OF[: setting.columns]),
        parents=parents,
        neighbours=neighbours,
        zero=zero,
        start=draw.choice([n for n, level in enumerate(levels) if level >= lowest]),
        holds=_spread(setting, neighbours, zero, draw),
    )


def _tree(setting: Setting) -> tuple[tuple[int | None, ...], tuple[int, ...]]:
    """Parents and levels of a tree of the depth asked for, its levels of about equal size."""
    depth = min(setting.depth, setting.employees - 1)
    parents: list[int | None] = [None]
    levels = [0]
    above = [0]
    for level in range(1, depth + 1):
        left = setting.employees - len(parents)
        size = max(1, left // (depth - level + 1))
        here = list(range(len(parents), len(parents) + size))
        parents += [above[place * len(above) // size] for place in range(size)]
        levels += [level] * size
        above = here
    return tuple(parents), tuple(levels)


def _edges(
    setting: Setting, parents: Sequence[int | None], draw: Random
) -> tuple[tuple[int, ...], ...]:
    """Neighbours by employee: parent and child, siblings, and random edges besides."""
    near: list[set[int]] = [set() for _ in parents]
    children: dict[int, list[int]] = {}
    for child, parent in enumerate(parents):
        if parent is not None:
            children.setdefault(parent, []).append(child)
    edges = [(child, parent) for child, parent in enumerate(parents) if parent is not None]
    edges += [pair for siblings in children.values() for pair in combinations(siblings, 2)]
    for _ in range(round(setting.employees * setting.multiplier)):
        one, other = draw.sample(range(setting.employees), 2)
        edges.append((one, other))
    for one, other in edges:
        near[one].add(other)
        near[other].add(one)
    return tuple(tuple(sorted(people)) for people in near)


def _spread(
    setting: Setting, neighbours: Sequence[Sequence[int]], zero: int, draw: Random
) -> tuple[Mapping[int, int | None], ...]:
    """An SI process: at each step a holder passes a piece on with `alpha * decay^step`."""
    holds: list[dict[int, int | None]] = [{} for _ in neighbours]
    holds[zero] = dict.fromkeys(range(setting.columns))
    for step in range(STEPS):
        chance = setting.alpha * setting.decay**step
        before = [tuple(held) for held in holds]
        for holder, pieces in enumerate(before):
            for piece in pieces:
                for other in neighbours[holder]:
                    if piece not in holds[other] and draw.random() < chance:
                        holds[other][piece] = holder
    return tuple(holds)
