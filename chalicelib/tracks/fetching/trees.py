"""Takes the files out of a commit's objects. Pure. Links and submodules are left out, and named.

A tree may name one and the same subtree many times over: what is walked is counted, and not what there is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.common.texts import Text
from chalicelib.tracks.fetching import people, reasons
from chalicelib.tracks.fetching.packs import GitObject
from chalicelib.tracks.fetching.reasons import Refused
from chalicelib.tracks.solutions import file_rules, zips

MOST_ENTRIES = 900
"""Files and folders; an archive of them, with what is said of it, has at most 1000."""
_TREE, _LINK, _SUBMODULE = 0o040000, 0o120000, 0o160000
_KIND = 0o170000
_HASH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The files of a commit, and of what was left out, why; and who it says that made it."""

    commit: str
    files: tuple[tuple[str, bytes], ...]
    notes: tuple[tuple[str, Text], ...]
    people: tuple[str, ...] = ()


def files_of(objects: Mapping[str, GitObject], commit: str) -> Fetched:
    """Refused when something of the commit is missing, or it has too many files."""
    walk = _Walk(objects)
    said = _get(objects, commit, "commit").data
    walk.enter(_tree_of(said), "")
    made_by = people.of_commit(said)
    return Fetched(commit=commit, files=tuple(walk.files), notes=tuple(walk.notes), people=made_by)


class _Walk:
    def __init__(self, objects: Mapping[str, GitObject]) -> None:
        self._objects = objects
        self._entries = 0
        self.files: list[tuple[str, bytes]] = []
        self.notes: list[tuple[str, Text]] = []

    def enter(self, tree: str, path: str) -> None:
        """Never deeper than a path may be."""
        names = set()
        for mode, raw, name in _entries(_get(self._objects, tree, "tree").data):
            if raw in names:
                raise Refused(reasons.BROKEN)
            names.add(raw)
            self._entries += 1
            if self._entries > MOST_ENTRIES:
                raise Refused(reasons.TOO_MANY_ENTRIES)
            self._take(mode, f"{path}{raw.decode('utf-8', 'replace')}", name)

    def _take(self, mode: int, path: str, name: str) -> None:
        kind = mode & _KIND
        if kind == _TREE:
            reason = zips.left_behind(f"{path}/") or file_rules.refusal_of_path(path)
            if reason is None:
                self.enter(name, f"{path}/")
            else:
                self.notes.append((f"{path}/", reason))
            return
        reason = self._reason(kind, path, name)
        if reason is None:
            self.files.append((path, _get(self._objects, name, "blob").data))
        else:
            self.notes.append((path, reason))

    def _reason(self, kind: int, path: str, name: str) -> Text | None:
        """Why a file is left out; its content is looked at elsewhere."""
        if kind in {_LINK, _SUBMODULE}:
            return reasons.IS_LINK if kind == _LINK else reasons.IS_SUBMODULE
        if name not in self._objects:
            return reasons.LEFT_UNSENT
        if len(self._objects[name].data) > file_rules.MAX_FILE_BYTES:
            return file_rules.too_large()
        return file_rules.refusal_of_path(path)


def _get(objects: Mapping[str, GitObject], name: str, kind: str) -> GitObject:
    found = objects.get(name)
    if found is None or found.kind != kind:
        raise Refused(reasons.BROKEN)
    return found


def _tree_of(commit: bytes) -> str:
    line = commit.partition(b"\n")[0]
    if not line.startswith(b"tree ") or len(line) != len("tree ") + 2 * _HASH:
        raise Refused(reasons.BROKEN)
    return line[len("tree ") :].decode("ascii", "replace")


def _entries(tree: bytes) -> Iterator[tuple[int, bytes, str]]:
    """The mode, name and object of each entry: `mode SP name NUL hash`."""
    at = 0
    while at < len(tree):
        space, end = tree.find(b" ", at), tree.find(b"\0", at)
        mode = tree[at:space]
        if not at < space < end or end + 1 + _HASH > len(tree):
            raise Refused(reasons.BROKEN)
        if not mode.isdigit() or len(mode) > len("160000") or set(mode) & set(b"89"):
            raise Refused(reasons.BROKEN)
        at = end + 1 + _HASH
        yield int(mode, 8), tree[space + 1 : end], tree[end + 1 : at].hex()
