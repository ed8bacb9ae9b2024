"""Backlogs of several formats: read as meant, what is wrong is named, nothing breaks."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.services.tandem_backlog import parse_backlog
from memory.errors import UserInputError


def test_a_markdown_list_gives_what_is_open() -> None:
    """Ticked items are done; numbers, dashes and stars all begin an item."""
    read = parse_backlog(
        "# Todo\n- [ ] Clean the grinder\n* [x] Buy filters\n2. Label jars\n", "a.md"
    )
    assert [one.title for one in read.entries] == ["Clean the grinder", "Label jars"]
    assert read.done == 1


def test_an_issue_export_gives_open_issues_with_their_links() -> None:
    """Closed issues are done, pull requests are no tasks."""
    issues = [
        {"number": 7, "title": "Docs", "html_url": "https://x.org/7", "labels": [{"name": "docs"}]},
        {"number": 8, "title": "Old", "state": "closed"},
        {"number": 9, "title": "Change", "pull_request": {}},
        {"number": 10},
    ]
    read = parse_backlog(json.dumps(issues), "issues.json")
    assert [(one.title, one.link, one.labels) for one in read.entries] == [
        ("Docs", "https://x.org/7", ("docs",))
    ]
    assert (read.done, read.problems) == (1, ("issues.json entry 4: it has no title",))


def test_wrong_values_leave_one_entry_out_and_keep_the_others() -> None:
    """A number out of its range is named by line; the rest is taken in."""
    read = parse_backlog("title,days,urgent\nA,3,no\nB,many,no\nC,1,perhaps\n", "list.csv")
    assert [(one.title, one.days, one.urgent) for one in read.entries] == [("A", 3.0, False)]
    assert [problem.split(":")[0] for problem in read.problems] == [
        "list.csv line 3",
        "list.csv line 4",
    ]


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.xlsx"])
def test_another_kind_of_file_is_refused_by_name(name: str) -> None:
    """Nothing is guessed of a format that is not known."""
    with pytest.raises(UserInputError, match="no backlog"):
        parse_backlog("- x", name)


@settings(max_examples=50, deadline=None)
@given(st.text(), st.sampled_from(["a.md", "a.csv", "a.json", "a.jsonl"]))
def test_no_text_breaks_the_reader(text: str, name: str) -> None:
    """Whatever stands in a file is read, named as a problem, or refused in words."""
    try:
        read = parse_backlog(text, name)
    except UserInputError:
        return
    assert all(any(c.isalnum() for c in one.title) for one in read.entries)


@given(
    st.dictionaries(
        st.sampled_from(["title", "days", "urgent", "labels", "id"]),
        st.none() | st.integers() | st.floats() | st.text() | st.lists(st.text()),
    )
)
def test_no_fields_break_the_reader(fields: dict[str, object]) -> None:
    """Fields of any kind make an entry or a named problem."""
    read = parse_backlog(json.dumps(fields), "a.jsonl")
    assert len(read.entries) + len(read.problems) + read.done == 1
