"""An exported site is searched and read with no network, and no words of people act in it."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from memory.home import Home
from memory.records.people import Credit
from tests.memory import samples
from tests.tui.conftest import Run, runner
from tests.tui.shelf import publish, shelf
from tui.cli import main

EVIL = (
    "</details><script>alert(1)</script> <img src=x onerror=alert(1)> "
    "[z](javascript:alert(1)) ![y](https://evil.example/y.png) www.evil.example {ref}`x` "
    ":doc:`index` `<b>bold</b>` |sub| $m$ `link <https://evil.example>`_ \u202egnisrever"
)
LOADING = {"link": "href", "script": "src", "img": "src", "iframe": "src", "object": "data"}
INLINE = "document.getElementById('searchbox').style.display = \"block\""
"""The one script that the theme writes into its pages."""

needs_sphinx = pytest.mark.skipif(
    importlib.util.find_spec("sphinx") is None or importlib.util.find_spec("myst_parser") is None,
    reason="the extra passdown[site] is not installed",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two guides, one of which and the community's name are full of markup."""
    home = shelf(tmp_path_factory.mktemp("site") / "home")
    store = Home.open(home).store()
    with store.writing() as unit:
        named = {"name": "<script>alert(2)</script> Brewers & *Co*_ `x`"}
        unit.people.save_community(samples.COMMUNITY.model_copy(update=named))
    store.close()
    publish(home)
    publish(home, "m2", f"Rinse the fermenter. {EVIL}", f"Rinsing {EVIL}")
    out = home.parent / "out"
    assert main(["--home", str(home), "export", "--to", str(out), "--format", "site"]) == 0
    return out


def pages(site: Path) -> Iterator[tuple[str, Any]]:
    """Each page, parsed."""
    for file in sorted(site.rglob("*.html")):
        yield file.name, lxml.html.document_fromstring(file.read_text(encoding="utf-8"))


def search_index(site: Path) -> dict[str, Any]:
    """What the search page searches."""
    script = (site / "searchindex.js").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(script.removeprefix("Search.setIndex(").removesuffix(")"))
    return found


@needs_sphinx
def test_search_finds_a_word_of_a_guide(site: Path) -> None:
    """Words of a title, a sentence and the debate lead to their guide, whatever their ending."""
    index = search_index(site)
    for word in ("kettl", "oxidis", "degre"):
        found: list[int] = []
        for kind in ("titleterms", "terms"):
            at = index[kind].get(word, [])
            found += [at] if isinstance(at, int) else at
        documents = [index["docnames"][number] for number in found]
        assert any(name.startswith("cooling-the-kettle-gui_") for name in documents), word
    assert "ferment" in index["terms"]
    (search,) = [page for name, page in pages(site) if name == "search.html"]
    loaded = [script.get("src", "") for script in search.iter("script")]
    assert any(source.startswith("searchindex.js") for source in loaded)


@needs_sphinx
def test_nothing_is_loaded_from_another_host(site: Path) -> None:
    """Styles, scripts, pictures and fonts all lie in the folder."""
    for name, page in pages(site):
        for element in page.iter(*LOADING):
            address = element.get(LOADING[element.tag]) or ""
            assert not re.match(r"(?i)\s*(?:[a-z+.-]+:|//)", address), (name, address)
            path = address.split("?")[0].split("#")[0]
            if path and element.tag != "link":
                assert (site / path).is_file(), (name, address)
    for style in site.rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", style.read_text(encoding="utf-8"), flags=re.DOTALL)
        for address in re.findall(r"url\(([^)]*)\)|@import\s+([^;]*)", text):
            assert not re.search(r"(?i)https?:|//", "".join(address)), (style.name, address)
    for script in site.rglob("*.js"):
        code = re.sub(
            r"/\*.*?\*/|^\s*//.*$",
            "",
            script.read_text(encoding="utf-8"),
            flags=re.DOTALL | re.MULTILINE,
        )
        if script.name != "searchindex.js":
            addresses = set(re.findall(r"(?i)https?://[^\"' ]*", code))
            assert addresses <= {"http://www.w3.org/2000/svg"}, script.name


@needs_sphinx
def test_words_of_people_do_not_act(site: Path) -> None:
    """No script, handler, picture or link comes out of a title, a sentence or a name."""
    for name, page in pages(site):
        for element in page.iter():
            if not isinstance(element.tag, str):
                continue
            assert not [key for key in element.attrib if key.startswith("on")], name
            assert element.tag != "img", name
            address = element.get("href") or ""
            assert not address.lower().startswith("javascript:"), name
            assert "evil.example" not in address, name
            if element.tag == "script" and not element.get("src"):
                assert (element.text or "").strip() == INLINE, name
    assert "innerHTML = title" not in (site / "_static" / "searchtools.js").read_text("utf-8")


@needs_sphinx
def test_words_of_people_are_read_as_they_were_typed(site: Path) -> None:
    """A heading full of markup shows that markup, and the index lists it."""
    (page,) = [page for name, page in pages(site) if name.startswith("rinsing-")]
    shown = " ".join(EVIL.replace("\u202e", "<U+202E>").replace("`", "").split())
    assert page.find(".//h1").text_content() == f"Rinsing {shown}"
    body = " ".join(page.text_content().split())
    assert body.count(f"Rinse the fermenter. {shown}") >= 4
    (index,) = [page for name, page in pages(site) if name == "index.html"]
    assert "Guides of <script>alert(2)</script> Brewers & *Co*_ `x`" in index.text_content()


@needs_sphinx
def test_anchors_of_a_guide_are_on_its_page(site: Path) -> None:
    """Every link within a page has its place there, and the debate is folded."""
    for name, page in pages(site):
        anchors = {element.get("id") for element in page.iter() if element.get("id")}
        for link in page.iter("a"):
            address = link.get("href") or ""
            if address.startswith("#gui_"):
                assert address[1:] in anchors, (name, address)
        if "gui_" in name:
            (fold,) = list(page.iter("details"))
            assert "How we got here" in fold.text_content()


@needs_sphinx
def test_site_is_kept_up_to_date_and_tells_no_unnamed_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second build writes nothing anew; who is unnamed is in no page and no index."""
    home = shelf(tmp_path / "home")
    guide = publish(home, credit=Credit.CHATHAM_HOUSE)
    run, out = runner(home, capsys), tmp_path / "out"
    assert run("export", "--to", str(out), "--format", "site").code == 0
    again = run("export", "--to", str(out), "--format", "site", "--json").json
    assert again["written"] == again["removed"] == []
    assert again["guides"][0]["file"].endswith(f"{guide.id}.html")
    for file in out.rglob("*"):
        if file.is_file() and "_static" not in file.parts:
            text = file.read_bytes()
            assert b"Ada" not in text
            assert guide.current.title_evidence.message_id.encode() not in text


def test_without_the_generator_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the extra a site is refused with its name; the folder is not made."""
    found = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> Any:
        return None if name == "sphinx" else found(name, package)

    monkeypatch.setattr("tui.render.site.find_spec", without)
    run: Run = runner(shelf(tmp_path / "home"), capsys)
    outcome = run("export", "--to", str(tmp_path / "out"), "--format", "site")
    assert outcome.code == 2
    assert "passdown[site]" in outcome.err
    assert not (tmp_path / "out").exists()
    assert run("export", "--to", str(tmp_path / "out")).code == 0
