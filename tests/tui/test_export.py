"""Exported guides: only published ones, as consented, in a folder that is never harmed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agent.services.export_folder import MANIFEST, ExportFolder
from memory.errors import UserInputError
from memory.records.guide import GuideStatus
from memory.records.people import Credit
from tests.memory import samples
from tests.tui.conftest import Outcome, Run, runner
from tests.tui.shelf import publish, shelf, withdraw


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home without a guide."""
    return shelf(tmp_path / "home")


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command on that home."""
    return runner(home, capsys)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where to export to; it is not there yet."""
    return tmp_path / "out" / "guides"


def export(run: Run, out: Path) -> Outcome:
    """Export as Markdown."""
    return run("export", "--to", str(out), "--json")


def told(out: Path) -> dict[str, str]:
    """Every file of a folder but the manifest, by name."""
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return {
        str(path.relative_to(out)): path.read_text(encoding="utf-8")
        for path in files
        if path.name != MANIFEST
    }


def test_every_published_guide_is_a_file_and_the_index_leads_to_it(
    run: Run, home: Path, out: Path
) -> None:
    """A file a guide, named after its title and id, and an index with link and summary."""
    first = publish(home)
    second = publish(home, "m2", "Rinse with cold water, because hot water sets the protein.", "b")
    payload = export(run, out).json
    assert payload["guides"] == [
        {"id": second.id, "title": "b", "file": f"b-{second.id}.md"},
        {
            "id": first.id,
            "title": "Cooling the kettle",
            "file": f"cooling-the-kettle-{first.id}.md",
        },
    ]
    files = told(out)
    assert set(files) == {"index.md", *(guide["file"] for guide in payload["guides"])}
    for guide in payload["guides"]:
        assert f"[{guide['title']}]({guide['file']})" in files["index.md"]
        assert files[guide["file"]].startswith(f"# {guide['title']}\n")
    assert "hot water sets the protein" in files["index.md"]


@pytest.mark.parametrize("status", [GuideStatus.DRAFT, GuideStatus.CONFIRMED, GuideStatus.REJECTED])
def test_what_is_not_published_stays_at_home(
    run: Run, home: Path, out: Path, status: GuideStatus
) -> None:
    """Neither a draft nor a confirmed or rejected guide leaves the home."""
    publish(home, status=status, published_at=None, review_by=None, review=None)
    assert export(run, out).json["guides"] == []
    assert told(out) == {"index.md": "# Guides of Brewers\n\nNo guide has been published yet.\n"}


def test_credit_is_as_it_was_confirmed(run: Run, home: Path, out: Path) -> None:
    """Who is to stay unnamed is in no file, and neither is the message that was cited."""
    guide = publish(home, credit=Credit.CHATHAM_HOUSE)
    export(run, out)
    everything = "\n".join(told(out).values()) + (out / MANIFEST).read_text(encoding="utf-8")
    assert guide.id in everything
    for secret in ("Ada", "@ada", samples.ADA.id, guide.current.title_evidence.message_id):
        assert secret not in everything


def test_exporting_again_changes_what_changed_and_nothing_else(
    run: Run, home: Path, out: Path
) -> None:
    """The second run writes no file that stays the same, and removes withdrawn guides."""
    guide = publish(home)
    kept = publish(home, "m2", "Rinse with cold water.", "Rinsing")
    assert len(export(run, out).json["written"]) == 3
    again = export(run, out).json
    assert (again["written"], again["removed"]) == ([], [])
    withdraw(home, guide)
    after = export(run, out).json
    assert after["removed"] == [f"cooling-the-kettle-{guide.id}.md"]
    assert after["written"] == ["index.md"]
    assert set(told(out)) == {"index.md", f"rinsing-{kept.id}.md"}


def test_a_guide_keeps_its_file_name_when_its_title_changes(
    run: Run, home: Path, out: Path
) -> None:
    """Links into the folder outlive a new title."""
    guide = publish(home)
    export(run, out)
    publish(home, title="Something else altogether", number=2)
    export(run, out)
    assert "# Something else altogether" in told(out)[f"cooling-the-kettle-{guide.id}.md"]


def test_folder_of_somebody_else_is_refused(run: Run, home: Path, out: Path) -> None:
    """A folder that holds anything but an export is named and left as it is."""
    publish(home)
    out.mkdir(parents=True)
    (out / "thesis.md").write_text("mine", encoding="utf-8")
    outcome = run("export", "--to", str(out))
    assert outcome.code == 2
    assert "'thesis.md'" in outcome.err
    assert str(out) in outcome.err
    assert told(out) == {"thesis.md": "mine"}


def test_file_as_folder_is_refused(run: Run, tmp_path: Path) -> None:
    """An export needs a folder."""
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    assert "is not a folder" in run("export", "--to", str(file)).err
    assert file.read_text(encoding="utf-8") == "mine"
    assert "cannot be written" in run("export", "--to", str(file / "below")).err


def test_what_somebody_else_added_is_never_touched(run: Run, home: Path, out: Path) -> None:
    """Other files in the folder stay, also where a guide that is withdrawn stood beside them."""
    guide = publish(home)
    export(run, out)
    (out / "notes.md").write_text("mine", encoding="utf-8")
    (out / ".git").mkdir()
    (out / ".git" / "HEAD").write_text("ref", encoding="utf-8")
    withdraw(home, guide)
    assert export(run, out).code == 0
    assert set(told(out)) == {"index.md", "notes.md", ".git/HEAD"}


@pytest.mark.parametrize("how", ["changed", "link", "folder"])
def test_file_that_somebody_changed_is_not_overwritten(
    run: Run, home: Path, out: Path, how: str
) -> None:
    """A page edited by hand, or replaced by something else, stops the export before it begins."""
    guide = publish(home)
    export(run, out)
    file = out / f"cooling-the-kettle-{guide.id}.md"
    file.unlink()
    if how == "changed":
        file.write_text("better words", encoding="utf-8")
    elif how == "link":
        file.symlink_to(out / "index.md")
    else:
        file.mkdir()
    publish(home, "m2", "Rinse with cold water.", "Rinsing")
    outcome = run("export", "--to", str(out))
    assert outcome.code == 2
    assert file.name in outcome.err
    assert "Rinsing" not in (out / "index.md").read_text(encoding="utf-8")
    withdraw(home, guide)
    assert run("export", "--to", str(out)).code == 2
    assert file.is_symlink() or file.exists()


def test_line_ends_of_another_system_are_no_change(run: Run, home: Path, out: Path) -> None:
    """A folder kept under version control may come back with other line ends."""
    publish(home)
    export(run, out)
    index = out / "index.md"
    index.write_bytes(index.read_bytes().replace(b"\n", b"\r\n"))
    assert export(run, out).code == 0


@pytest.mark.parametrize(
    "written",
    ["{", '{"version": 2}', '{"files": {"../passdown.toml": ["0"]}}', '{"files": {"/etc": ["0"]}}'],
)
def test_manifest_that_cannot_be_trusted_is_refused(
    run: Run, home: Path, out: Path, written: str
) -> None:
    """A damaged list of files, or one that leads out of the folder, is not acted on."""
    publish(home)
    export(run, out)
    manifest = out / MANIFEST
    known = json.loads(manifest.read_text(encoding="utf-8"))
    changed = {**known, **json.loads(written)} if written != "{" else None
    manifest.write_text(json.dumps(changed) if changed else written, encoding="utf-8")
    outcome = run("export", "--to", str(out))
    assert outcome.code == 2
    assert "export to a new folder" in outcome.err


def test_export_of_another_community_or_kind_is_refused(out: Path, tmp_path: Path) -> None:
    """One folder holds one community's guides in one format."""
    folder = ExportFolder.open(out, samples.COMMUNITY, "markdown")
    folder.write({"index.md": b"x"}, {})
    with pytest.raises(UserInputError, match="markdown export of 'Brewers'"):
        ExportFolder.open(out, samples.COMMUNITY, "site")
    other = samples.COMMUNITY.model_copy(update={"id": "com_0000000000000000"})
    with pytest.raises(UserInputError, match="another folder"):
        ExportFolder.open(out, other, "markdown")
    assert not (tmp_path / "guides").exists()


KILLED = """
import os, sys
from pathlib import Path
from agent.services.export_folder import ExportFolder
from tests.memory import samples

left = int(sys.argv[2])
for name in ("replace", "unlink"):
    def act(self, *args, _real=getattr(Path, name), **more):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return _real(self, *args, **more)
    setattr(Path, name, act)
folder = ExportFolder.open(Path(sys.argv[1]), samples.COMMUNITY, "markdown")
folder.write({"a.md": b"new a", "deep/c.md": b"new c", "index.md": b"a c"}, {})
"""


@pytest.mark.parametrize("steps", range(7))
def test_killed_export_leaves_a_valid_folder(out: Path, steps: int) -> None:
    """Killed at any step, each file is whole, every link has its page, and the next run ends it."""
    first = {"a.md": b"old a", "b.md": b"old b", "index.md": b"a b"}
    ExportFolder.open(out, samples.COMMUNITY, "markdown").write(first, {})
    done = subprocess.run([sys.executable, "-c", KILLED, str(out), str(steps)], check=False)
    assert done.returncode == (9 if steps < 6 else 0)
    whole = {"a.md": {"old a", "new a"}, "b.md": {"old b"}, "deep/c.md": {"new c"}}
    left = {name: text for name, text in told(out).items() if not name.endswith(".part")}
    for name, text in left.items():
        assert text in whole.get(name, {"a b", "a c"})
    pages = {"a b": {"a.md", "b.md"}, "a c": {"a.md", "deep/c.md"}}
    assert pages[left["index.md"]] <= set(left)
    last = {"a.md": b"new a", "index.md": b"a"}
    ExportFolder.open(out, samples.COMMUNITY, "markdown").write(last, {})
    assert told(out) == {"a.md": "new a", "index.md": "a"}
    assert not (out / "deep").exists()


def test_first_export_that_was_killed_is_taken_up(out: Path) -> None:
    """What a first run left unfinished does not make the folder somebody else's."""
    subprocess.run([sys.executable, "-c", KILLED, str(out), "0"], check=False)
    assert any(path.suffix == ".part" for path in out.iterdir())
    ExportFolder.open(out, samples.COMMUNITY, "markdown").write({"index.md": b"a"}, {})
    assert told(out) == {"index.md": "a"}


def test_two_exports_at_once_do_not_mix(run: Run, home: Path, out: Path) -> None:
    """While one export runs, another of the same home is refused and says why."""
    from agent.services.export_folder import one_export_at_a_time
    from memory.home import Home

    publish(home)
    with one_export_at_a_time(Home.open(home).lock_dir):
        outcome = run("export", "--to", str(out))
    assert outcome.code == 2
    assert "another export" in outcome.err
    assert not out.exists()
    assert export(run, out).code == 0
