"""What came of fetching, as it is handed over: an archive with the files below `tree/`, and a word beside. Pure.

Where it is read nothing in it is believed: files pass the checks of archives from strangers, texts are known ones.
"""

import io
import json
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from chalicelib.common.texts import Text
from chalicelib.judge.packages import archive
from chalicelib.tracks.fetching import people, reasons
from chalicelib.tracks.fetching.trees import Fetched
from chalicelib.tracks.solutions import file_rules, zips
from chalicelib.tracks.solutions.code_models import Code, Origin

MAX_BYTES = 16 * 1024 * 1024
"""Of an outcome; what it holds is not compressed."""
OUTCOME, TREE = "outcome.json", "tree/"
_COMMIT = re.compile(r"[0-9a-f]{40}")
_MOST_NOTES = 1000
_LEFT_OUT = {each.code: each for each in (*reasons.NOTES.values(), file_rules.too_large(), zips.of_tools())}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Either files of a commit, and who it says that made it, or why there are none."""

    code: Code | None
    reason: Text | None
    people: tuple[str, ...] = ()


def of_files(fetched: Fetched) -> bytes:
    notes = [[path, reason.code] for path, reason in fetched.notes]
    return _packed({"commit": fetched.commit, "notes": notes, "people": fetched.people}, fetched.files)


def of_failure(reason: Text) -> bytes:
    return _packed({"reason": reason.code}, ())


def read(data: bytes) -> Outcome:
    """What an outcome says; one that says nothing that can be used is a failure of ours."""
    try:
        found = zips.opened(data)
        said = json.loads(found.read(OUTCOME)) if OUTCOME in found.entries else {}
        if not isinstance(said, dict):
            return Outcome(None, reasons.BROKEN)
        if "reason" in said:
            return Outcome(None, reasons.ALL.get(str(said["reason"]), reasons.BROKEN))
        taken = zips.of_entries(found, [name for name in sorted(found.entries) if name.startswith(TREE)])
    except zips.Refused as refused:
        return Outcome(None, refused.faults[0].reason)
    except (archive.Broken, ValueError, TypeError):
        return Outcome(None, reasons.BROKEN)
    commit = str(said.get("commit"))
    if _COMMIT.fullmatch(commit) is None:
        return Outcome(None, reasons.BROKEN)
    notes = [*((note.file, note.reason) for note in taken.notes), *_notes(said.get("notes"))]
    code = Code(files=taken.files, origin=Origin.COMMIT, notes=notes, commit=commit)
    return Outcome(code, None, people.checked(said.get("people")))


def _notes(said: Any) -> list[tuple[str, Text]]:
    """Of what was left out already; a path that could not have been taken is told as it is, cut."""
    pairs = [each for each in said if isinstance(each, list)] if isinstance(said, list) else []
    return [
        (str(path)[: file_rules.MAX_PATH], _LEFT_OUT.get(str(code), file_rules.odd_path()))
        for path, code, *_ in ([*each, "", ""] for each in pairs[:_MOST_NOTES])
    ]


def _packed(said: dict[str, Any], files: tuple[tuple[str, bytes], ...]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as written:
        written.writestr(OUTCOME, json.dumps(said))
        for path, data in files:
            written.writestr(f"{TREE}{path}", data)
    return made.getvalue()
