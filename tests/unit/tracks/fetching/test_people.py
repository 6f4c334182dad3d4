"""Who made a commit and who owns a repository, as far as it is kept, and the masks that come of it."""

import pytest

from chalicelib.tracks import masking
from chalicelib.tracks.fetching import people


def commit(*lines: str) -> bytes:
    return "\n".join([f"tree {'a' * 40}", *lines, "", "author Ann Other <no@one.example> 1 +0000"]).encode()


def test_author_and_committer_are_known_once() -> None:
    author = "author Ann Petrova <ann@school.example> 1700000000 +0300"
    assert people.of_commit(commit(author, "committer Ann Petrova <ann@school.example> 1700000009 +0300")) == (
        "Ann Petrova <ann@school.example>",
    )
    assert people.of_commit(commit(author, "committer Bo Lindh <bo@school.example> 1 -0330"))[1:] == (
        "Bo Lindh <bo@school.example>",
    )


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("committer GitHub <noreply@github.com> 1 +0000", ()),
        (
            "author Ann <12345+annpet@users.noreply.github.com> 1 +0000",
            ("Ann <12345+annpet@users.noreply.github.com>",),
        ),
        ("author  <> 1 +0000", ()),
        ("author Ann <ann@localhost> x +0000", ()),
        ("author Ann <no address> 1 +0000", ("Ann",)),
        ("author An\u200bn\u202e <> 1 +0000", ("An n",)),
        ("author A B C D E F <a@b.example> 1 +0000", ("A B C D <a@b.example>",)),
        ("author Ann <a.b.c.d.e@b.example> 1 +0000", ("Ann",)),
    ],
)
def test_what_a_commit_says_is_cut_to_what_a_mask_takes(line: str, found: tuple[str, ...]) -> None:
    assert people.of_commit(commit(line)) == found


def test_of_what_strangers_say_little_is_kept() -> None:
    assert people.checked({"people": 1}) == people.checked([1, None, ["Ann"]]) == ()
    (long,) = people.checked(["x" * 10_000])
    assert len(long) == people.MOST_LETTERS
    assert len(people.checked([f"Ann{number}" for number in range(1000)])) == people.MOST_PEOPLE


def test_of_several_commits_the_last_people_are_kept() -> None:
    assert people.together(["Ann"], ["Bo", "Ann"]) == ["Ann", "Bo"]
    many = [f"P{number}" for number in range(people.MOST_PEOPLE)]
    assert people.together(many, ["Bo"]) == [*many[1:], "Bo"]


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("https://github.com/annpet/sums", ["annpet"]),
        ("https://gitlab.com/class-10/annpet/sums/", ["class-10", "annpet"]),
        ("https://git.sr.ht/~annpet/sums", ["annpet"]),
        ("https://git.example/sums", []),
        ("https://git.example", []),
        (None, []),
    ],
)
def test_whose_a_repository_is(link: str | None, found: list[str]) -> None:
    assert people.owners(link) == found


def test_they_are_masked_as_all_names_are() -> None:
    known = people.of_commit(commit("author Max Petrenko <mpetrenko@x.example> 1 +0000"))
    mask = masking.of([*known, *people.owners("https://github.com/list/petr_solver")])
    text = "# Author: Max\nmax(list)  # petrenko_sort, mpetrenko@x.example, Max Petrenko\n"
    assert mask.text(text) == "# Author: anonymous\nmax(list)  # anonymous_sort, anonymous, anonymous\n"
