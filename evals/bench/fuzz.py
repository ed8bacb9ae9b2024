"""`python -m evals.bench.fuzz [PARSER ...]`: throw damaged archives at every parser of the sources.

Each input is a sound archive, damaged as its number and the seed tell, so a run can be taken up at
any number (`--keep FILE`) and one input made again (`--only N`). A parser may yield records and
skipped ones or raise an error of ours; it fails by any other exception, by taking longer than
`--seconds` of the processor for one input, or by holding more than `--megabytes` above what it
began with (Linux). Batches run in processes of their own, so that even a crash of the interpreter
costs one batch.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

from evals.bench.fuzz_seeds import Files, seeds
from evals.bench.measure import peak_mb
from memory.errors import PassdownError
from memory.records.people import Community
from memory.records.talk import Message

COMMUNITY = Community.id_of("fuzz")
BATCH = 500
INSIDE = 0.7
"""Share of the packed inputs that are damaged before they are packed."""
MEGABYTE = 1024 * 1024
TOKENS = (
    *(b'"', b"{", b"}", b"[", b"]", b",", b":", b"<", b">", b"&", b"&#0;", b"\x00", b"\xff"),
    *(b"\r", b"\n\n", b"\t" * 40, b" " * 400, b"-" * 80, b"> " * 200, b"\\u0000", b"\\ud800"),
    *(b"1e999", b"-1", b"9" * 40, b"null", b"true", b"[[" * 60, b'{"a":' * 60, b"\x1b[2J"),
    *(b"<pre>" * 30, b"<div>" * 200, b"=?utf-8?b?", b"?=", b"=3D=", b"=\n", b"--b\n", b"--b--"),
    *(
        b"\nFrom ",
        b"\nDate: ",
        b"\nContent-Type: text/html; charset=utf-7\n",
        b"[25:99] <",
        b"=== ",
    ),
    *(b"2011-05-29", b"0000-00-00", b"```\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe2\x80\xae", b"@"),
)


class TooSlowError(Exception):
    """An input took longer than it may."""


@dataclass(slots=True)
class Outcome:
    """What a parser made of a number of inputs."""

    inputs: int = 0
    messages: int = 0
    refused: int = 0
    """Inputs that ended in an error of ours."""
    slowest: float = 0.0
    """Seconds of the processor for one input."""
    peak_mb: float = 0.0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)
    """Number of the input and what went wrong."""

    def add(self, other: Outcome) -> None:
        """Count what another number of inputs came to."""
        self.inputs += other.inputs
        self.messages += other.messages
        self.refused += other.refused
        self.slowest = max(self.slowest, other.slowest)
        self.peak_mb = max(self.peak_mb, other.peak_mb)
        self.seconds += other.seconds
        self.failures += other.failures


def damaged(files: Files, others: Sequence[bytes], chance: random.Random) -> dict[str, bytes]:
    """Return the files of an archive, most often with one of them damaged in a few places."""
    altered = dict(files)
    for _ in range(chance.choice((1, 1, 1, 2))):
        name = chance.choice(sorted(altered))
        inside = name.endswith(".gz") and altered[name] == files[name] and chance.random() < INSIDE
        content = bytearray(gzip.decompress(altered[name]) if inside else altered[name])
        for _ in range(chance.choice((1, 1, 2, 3, 8))):
            _alter(content, others, chance)
        altered[name] = gzip.compress(content, mtime=0) if inside else bytes(content)
    return altered


def _alter(content: bytearray, others: Sequence[bytes], chance: random.Random) -> None:
    """Damage bytes in place: overwrite, insert, cut, double, swap, splice, or begin anew."""
    at = chance.randrange(len(content) + 1)
    end = min(len(content), at + chance.choice((1, 2, 8, 40, 400)))
    way = chance.randrange(9)
    if way <= 1:
        content[at : at + 4] = chance.randbytes(chance.randrange(1, 5))
    elif way <= 3:  # noqa: PLR2004  ways are numbers
        content[at:at] = chance.choice(TOKENS)
    elif way == 4:  # noqa: PLR2004
        del content[at:end]
    elif way == 5:  # noqa: PLR2004
        content[at:at] = content[at:end] * chance.choice((1, 2, 30))
    elif way == 6:  # noqa: PLR2004
        other = chance.choice(others)
        cut = chance.randrange(len(other) + 1)
        content[at:end] = other[cut : cut + 200]
    elif way == 7:  # noqa: PLR2004
        del content[at:]
    else:
        content[:] = chance.randbytes(chance.randrange(300))


def read_input(parser: str, folder: Path) -> int:
    """Read one archive with its parser, recognised or not; return the number of messages.

    Raises `PassdownError` where the archive is refused.
    """
    if parser == "captions":
        return _captions(next(folder.iterdir()))
    from agent.sources.detect import FORMATS

    wanted = {"mail": "mbox"}.get(parser, parser.partition("-")[0])
    known = next(one for one in FORMATS if one.name == wanted)
    path = next(folder.iterdir()) if parser == "slack-zip" else folder
    known.recognises(path)
    return sum(isinstance(item, Message) for item in known.open(path, COMMUNITY).read())


def _captions(file: Path) -> int:
    from agent.sources.own_words import clean_text
    from agent.sources.transcripts import check_captions, split_turns

    text = clean_text(file.read_bytes().decode("utf-8", "replace"))
    turns = split_turns(text, lambda label: label == "Ann")
    check_captions(text, file.name)
    return len(turns)


@contextmanager
def _no_longer_than(seconds: float) -> Iterator[None]:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise TooSlowError(f"took longer than {seconds} s of the processor")

    before = signal.signal(signal.SIGPROF, interrupt)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def run_inputs(parser: str, seed: int, numbers: Iterable[int], seconds: float) -> Outcome:
    """Put these inputs to a parser, one after another."""
    outcome, files = Outcome(), seeds()[parser]
    others = [content for one in seeds().values() for content in one.values()]
    began = time.process_time()
    for number in numbers:
        made = damaged(files, others, random.Random(f"{parser}:{seed}:{number}"))  # noqa: S311  no secret
        started = time.process_time()
        with _folder_of(made) as folder:
            try:
                with _no_longer_than(seconds):
                    outcome.messages += read_input(parser, folder)
            except PassdownError:
                outcome.refused += 1
            except Exception as error:  # noqa: BLE001  whatever comes out is what is looked for
                last = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{Path(last.filename).name}:{last.lineno}"
                outcome.failures.append(
                    f"{number}: {type(error).__name__} at {where}: {error}"[:300]
                )
        outcome.slowest = max(outcome.slowest, time.process_time() - started)
        outcome.inputs += 1
    outcome.seconds, outcome.peak_mb = time.process_time() - began, peak_mb()
    return outcome


@contextmanager
def _folder_of(files: Mapping[str, bytes]) -> Iterator[Path]:
    memory = Path("/dev/shm")  # noqa: S108  where there is a disk in memory, it spares the real one
    folder = Path(tempfile.mkdtemp(prefix="fuzz", dir=memory if memory.is_dir() else None))
    try:
        for name, content in files.items():
            file = folder / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
        yield folder
    finally:
        shutil.rmtree(folder)


def _work(
    sender: Connection, parser: str, seed: int, first: int, last: int, limits: tuple[float, int]
) -> None:
    run_inputs(parser, seed, (), limits[0])  # imports come before the limit
    from agent.sources.detect import FORMATS

    sizes = Path("/proc/self/statm")
    if FORMATS and sizes.exists():
        held = int(sizes.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        bound = held + limits[1] * MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    sender.send(run_inputs(parser, seed, range(first, last), limits[0]))


def run_batch(
    parser: str, seed: int, first: int, last: int, *, seconds: float, megabytes: int
) -> Outcome:
    """Put inputs `first` to `last` (excluded) to a parser in a process of its own."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=_work, args=(sender, parser, seed, first, last, (seconds, megabytes))
    )
    process.start()
    sender.close()
    try:
        outcome: Outcome = receiver.recv()
    except EOFError:
        outcome = Outcome(inputs=last - first)
        outcome.failures.append(f"{first} to {last}: the process ended before it had told")
    process.join()
    return outcome


def _kept(file: Path | None, seed: int) -> dict[str, Outcome]:
    """Return what was done before, by parser. A line is one batch."""
    done: dict[str, Outcome] = {}
    if file and file.exists():
        for row in file.read_text(encoding="utf-8").splitlines():
            entry = json.loads(row)
            if entry.pop("seed") == seed:
                done.setdefault(entry.pop("parser"), Outcome()).add(Outcome(**entry))
    return done


def main() -> None:
    """Run up to the number of inputs of each parser, and print a table."""
    options = _options()
    if options.only is not None:
        for parser in options.parser:
            outcome = run_inputs(parser, options.seed, [options.only], options.seconds)
            sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
        return
    done = _kept(options.keep, options.seed)
    parsers = options.parser or list(seeds())
    for parser in parsers:
        done.setdefault(parser, Outcome())
    while waiting := [one for one in parsers if done[one].inputs < options.inputs]:
        for parser in waiting:
            so_far = done[parser]
            first, last = so_far.inputs, min(so_far.inputs + BATCH, options.inputs)
            batch = run_batch(
                parser,
                options.seed,
                first,
                last,
                seconds=options.seconds,
                megabytes=options.megabytes,
            )
            so_far.add(batch)
            if options.keep:
                with options.keep.open("a", encoding="utf-8") as kept:
                    told = {"parser": parser, "seed": options.seed, **asdict(batch)}
                    kept.write(json.dumps(told) + "\n")
    _print(done, parsers)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.bench.fuzz", description=__doc__)
    parser.add_argument("parser", nargs="*", choices=[*seeds(), []], help="which parsers")
    parser.add_argument("--inputs", type=int, default=100_000, help="to each parser")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=5.0, help="of the processor for one input")
    parser.add_argument("--megabytes", type=int, default=300, help="that a parser may take up")
    parser.add_argument("--keep", type=Path, help="file to keep finished batches in, to go on")
    parser.add_argument("--only", type=int, help="put this one input to the parsers")
    return parser.parse_args()


def _print(done: Mapping[str, Outcome], parsers: Sequence[str]) -> None:
    row = "{:14} {:>9} {:>9} {:>9} {:>8} {:>9} {:>8} {:>8}\n"
    heads = ("parser", "inputs", "messages", "refused", "failed", "slowest s", "peak MB", "per s")
    sys.stdout.write(row.format(*heads))
    for parser in parsers:
        one = done[parser]
        pace = f"{one.inputs / one.seconds:,.0f}" if one.seconds else ""
        counts = (f"{n:,}" for n in (one.inputs, one.messages, one.refused, len(one.failures)))
        sys.stdout.write(
            row.format(parser, *counts, f"{one.slowest:.2f}", f"{one.peak_mb:.0f}", pace)
        )
    for parser in parsers:
        for failure in done[parser].failures:
            sys.stdout.write(f"{parser} {failure}\n")


if __name__ == "__main__":
    main()
