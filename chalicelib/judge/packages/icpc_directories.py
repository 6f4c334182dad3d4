"""Names the directories of tests in ICPC and Kattis packages, and the groups that they are. Pure."""

from chalicelib.judge.packages.icpc_known import DATA, SECRET


def chain(directory: str) -> list[str]:
    """The directories from `data/` down to this one."""
    return [directory[: end + 1] for end in range(len(directory)) if directory[end] == "/"]


def path_of(group: str) -> str:
    return f"{SECRET}{group}/" if group else SECRET


def group_of(directory: str) -> str:
    """The group of a directory, which may be written as below `data/`, too."""
    return directory.removeprefix(DATA).removeprefix(SECRET.removeprefix(DATA)).rstrip("/")
