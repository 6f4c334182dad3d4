"""What differs between two versions: the fewest changes, as long as there is time for it."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tracks.solutions import diffs
from chalicelib.tracks.solutions.diffs import Budget, Kind, State
from chalicelib.tracks.solutions.file_rules import SolutionFile

LINES = st.lists(st.sampled_from("abc"), max_size=12)


def compared(old: list[str], new: list[str], budget: Budget | None = None) -> diffs.FileDiff:
    (found,) = diffs.compare([of(old)], [of(new)], budget)
    return found


def of(lines: list[str]) -> SolutionFile:
    return SolutionFile("main.py", "".join(f"{line}\n" for line in lines))


def in_common(old: list[str], new: list[str]) -> int:
    """The length of the longest common subsequence, by the table that every textbook has."""
    row = [0] * (len(new) + 1)
    for mine in old:
        above, row = row, [0]
        for position, theirs in enumerate(new):
            row.append(above[position] + 1 if mine == theirs else max(above[position + 1], row[-1]))
    return row[-1]


def rebuilt(hunks: tuple[diffs.Hunk, ...], old: list[str]) -> list[str]:
    """The new lines, as `patch` makes them of the old ones."""
    made: list[str] = []
    at = 0
    for hunk in hunks:
        begins = max(hunk.old_start - 1, 0)
        made += old[at:begins]
        at = begins
        for line in hunk.lines:
            if line.kind is not Kind.ADDED:
                assert old[at] == line.text
                assert line.old == at + 1
                at += 1
            if line.kind is not Kind.REMOVED:
                made.append(line.text)
                assert line.new == len(made)
    return made + old[at:]


@given(old=LINES, new=LINES)
def test_a_diff_makes_the_new_of_the_old_with_the_fewest_changes(old: list[str], new: list[str]) -> None:
    found = diffs.compare([of(old)], [of(new)])
    assert bool(found) is (old != new)
    for file in found:
        assert rebuilt(file.hunks, old) == new
        changes = sum(line.kind is not Kind.SAME for hunk in file.hunks for line in hunk.lines)
        assert changes == len(old) + len(new) - 2 * in_common(old, new)
        assert not file.is_rough
        assert not file.is_cut


@given(old=LINES, new=LINES, steps=st.integers(0, 60))
def test_without_time_it_is_rough_and_true(old: list[str], new: list[str], steps: int) -> None:
    for file in diffs.compare([of(old)], [of(new)], Budget(steps=steps)):
        assert rebuilt(file.hunks, old) == new


def test_what_differs_has_three_lines_around_it() -> None:
    old = [str(number) for number in range(40)]
    new = [*old[:10], "x", *old[11:30], *old[31:]]
    found = compared(old, new)
    assert [(hunk.old_start, hunk.old_lines, hunk.new_start, hunk.new_lines) for hunk in found.hunks] == [
        (8, 7, 8, 7),
        (28, 7, 28, 6),
    ]
    assert [(line.kind, line.old, line.new, line.text) for line in found.hunks[0].lines[2:5]] == [
        ("same", 10, 10, "9"),
        ("removed", 11, None, "10"),
        ("added", None, 11, "x"),
    ]


def test_near_changes_are_one_hunk() -> None:
    old = [str(number) for number in range(20)]
    for apart, hunks in ((7, 1), (8, 2)):
        new = [*old]
        new[3] = new[3 + apart] = "x"
        assert len(compared(old, new).hunks) == hunks


def test_files_come_and_go() -> None:
    before = [SolutionFile("b.py", "b\n"), SolutionFile("same.py", "s\n")]
    after = [SolutionFile("a.py", "a\n"), SolutionFile("empty.py", ""), SolutionFile("same.py", "s\n")]
    found = diffs.compare(before, after)
    assert [(each.path, each.state) for each in found] == [
        ("a.py", State.ADDED),
        ("b.py", State.REMOVED),
        ("empty.py", State.ADDED),
    ]
    (hunk,) = found[0].hunks
    assert (hunk.old_start, hunk.old_lines, hunk.new_start, hunk.new_lines) == (0, 0, 1, 1)
    assert found[2].hunks == ()


def test_an_end_of_line_alone_differs_and_shows_nothing() -> None:
    (found,) = diffs.compare([SolutionFile("a", "x\r\n")], [SolutionFile("a", "x\n")])
    assert (found.state, found.hunks) == (State.CHANGED, ())


def test_large_files_that_have_nothing_in_common_are_rough_and_cut() -> None:
    """Nothing waits for a comparison that takes long: the steps are counted."""
    old = [f"a{number}" for number in range(15_000)]
    new = [f"b{number}" for number in range(15_000)]
    found = compared(old, new)
    assert (found.is_rough, found.is_cut) == (True, True)
    assert sum(len(hunk.lines) for hunk in found.hunks) == diffs.MOST_LINES


def test_all_files_share_what_an_answer_holds() -> None:
    files = [SolutionFile(f"{number}.py", "x" * 200_000) for number in range(5)]
    found = diffs.compare([], files)
    assert [each.is_cut for each in found] == [False, False, False, True, True]
