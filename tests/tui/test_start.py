"""Starting quickly: nothing heavy is imported before it is needed, plug-ins least of all."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from memory.errors import UserInputError
from tests.tui.conftest import Run, passdown
from tui import plugins
from tui.console import wants_json

HEAVY = ("chromadb", "langgraph", "onnxruntime", "sqlalchemy", "textual", "openai", "evals.demo")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(option: str) -> None:
    """Asking for help loads no store, no graph, no model, no screen and no plug-in."""
    program = (
        "import sys\nfrom tui.cli import main\n"
        f"code = main([{option!r}])\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[] 0"


def test_inbox_imports_no_graph_and_no_index(community: Run, tmp_path: Path) -> None:
    """Looking at one's inbox needs neither the graph nor the search index."""
    del community
    program = (
        "import sys\nfrom tui.cli import main\n"
        f"code = main(['--home', {str(tmp_path / 'home')!r}, 'inbox'])\n"
        "heavy = ('chromadb', 'langgraph', 'onnxruntime', 'alembic', 'textual')\n"
        "print([m for m in heavy if m in sys.modules], code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[] 0"


def plug_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str) -> None:
    """Stand a module with `body` in for an installed package's entry point `greet`."""
    (tmp_path / "greeting_plug_in.py").write_text(body, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "greeting_plug_in", raising=False)
    entry = EntryPoint("greet", "greeting_plug_in:register", plugins.GROUP)
    monkeypatch.setattr(plugins, "entry_points", lambda group: [entry] if group else [])


PLUG_IN = '''"""Greet the people of this home."""
import typer

def greet(name: str) -> None:
    """Greet somebody."""
    typer.echo(f"Hello, {name}.")

def register(app: typer.Typer) -> None:
    app.command("greet")(greet)
'''


def test_plug_in_is_listed_without_being_imported(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Help shows the first line of the module's docstring, read from its file."""
    plug_in(monkeypatch, tmp_path, PLUG_IN)
    outcome = run("--help")
    assert "greet" in outcome.out
    assert "Greet the people of this home." in outcome.out
    assert "greeting_plug_in" not in sys.modules


def test_plug_in_runs_and_has_its_own_help(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Called, a plug-in is loaded and behaves as any other command."""
    plug_in(monkeypatch, tmp_path, PLUG_IN)
    assert run("greet", "Ann").out == "Hello, Ann.\n"
    assert "Greet somebody." in run("greet", "--help").out


def test_broken_plug_in_is_named_and_harms_no_other_command(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A plug-in that cannot be imported fails alone, with a sentence."""
    plug_in(monkeypatch, tmp_path, "import no_such_module_anywhere\n")
    outcome = run("greet")
    assert outcome.code == 2
    assert "'greeting_plug_in:register'" in outcome.err
    assert run("status").code == 0


def test_plug_in_without_its_command_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The entry point's name is a promise of a command of that name."""
    plug_in(monkeypatch, tmp_path, PLUG_IN.replace('command("greet")', 'command("wave")'))
    with pytest.raises(UserInputError, match="registers no command 'greet'"):
        plugins.load_commands(plugins.plug_ins()["greet"])


def test_json_is_recognised_before_parsing() -> None:
    """`--json` counts as an option only before `--`."""
    assert wants_json(["status", "--json"])
    assert not wants_json(["ask", "--", "--json"])


def test_reader_that_leaves_early_is_no_error() -> None:
    """`passdown ... | head -1` ends quietly."""
    with subprocess.Popen(
        [sys.executable, "-m", "tui.cli", "graph"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read().decode()
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


def test_answer_from_standard_input(asked: tuple[Run, str], tmp_path: Path) -> None:
    """`--file -` reads the answer from standard input, in a process of its own."""
    _, question = asked
    outcome = passdown(
        "--home",
        str(tmp_path / "home"),
        "answer",
        question,
        "--file",
        "-",
        "--json",
        given="Because trapped air keeps the valve shut.",
    )
    assert outcome.code == 0, outcome.err
    assert outcome.json["kind"] == "reply"
