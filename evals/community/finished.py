"""Finished settings of the study, kept on disk so that a killed run goes on where it was.

One JSON line a setting. The file is named by the seed and by a digest of the code it was made
with, so that nothing of an older agent is ever mixed in.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import astuple
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

from agent.engines.embedded import EmbeddedEngine
from evals.community.settings import CHOSEN, Choices, Setting
from evals.community.study import run_setting

ROOT = Path(__file__).parents[2]
MADE_WITH = ("memory", "prompts", "agent", "evals/community")
PROCESSES = 2
Advance = Callable[[int, int], None]
"""Told how many settings are finished, of how many."""


def store_folder() -> Path:
    """Where finished settings are kept: `$PASSDOWN_BUILD`, else `.build` of the repository."""
    return Path(os.environ.get("PASSDOWN_BUILD") or ROOT / ".build") / "study"


def run_all(
    settings: Sequence[Setting],
    seed: int,
    advance: Advance,
    *,
    folder: Path | None = None,
    kind: type[EmbeddedEngine] | None = None,
    choices: Choices = CHOSEN,
    processes: int = PROCESSES,
) -> Mapping[str, Mapping[str, float]]:
    """What each setting came to, by its key; those finished before are not run again.

    `kind` is another engine than the shipped one.
    """
    engine = "" if kind is None else f"{kind.__name__.lower()}-"
    other = "" if choices == CHOSEN else "-".join((*map(str, astuple(choices)), ""))
    file = (folder or store_folder()) / f"{engine}{other}seed{seed}-{digest()}.jsonl"
    done = _read(file)
    left = [setting for setting in settings if setting.key not in done]
    advance(len(settings) - len(left), len(settings))
    if left:
        file.parent.mkdir(parents=True, exist_ok=True)
        with (
            ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool,
            file.open("a", encoding="utf-8") as out,
        ):
            run = partial(run_setting, seed=seed, kind=kind, choices=choices)
            waiting = {pool.submit(run, setting): setting.key for setting in left}
            for count, future in enumerate(as_completed(waiting), start=1):
                key = waiting[future]
                done[key] = future.result()
                out.write(json.dumps({"setting": key, "found": done[key]}) + "\n")
                out.flush()
                advance(len(settings) - len(left) + count, len(settings))
    return {setting.key: done[setting.key] for setting in settings}


def _read(file: Path) -> dict[str, Mapping[str, float]]:
    """What a file holds; a last line that was cut off by a kill counts as not there."""
    if not file.exists():
        return {}
    found: dict[str, Mapping[str, float]] = {}
    whole, _, cut = file.read_text(encoding="utf-8").rpartition("\n")
    for line in whole.splitlines():
        read = json.loads(line)
        found[read["setting"]] = read["found"]
    if cut:
        file.write_text(whole + "\n" if whole else "", encoding="utf-8")
    return found


@lru_cache(maxsize=1)
def digest() -> str:
    """Twelve hexadecimal digits of the code and wording that a run rests on, as it began."""
    total = hashlib.sha256()
    for name in MADE_WITH:
        for file in sorted((ROOT / name).rglob("*")):
            if file.suffix in (".py", ".toml"):
                total.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()[:12]
