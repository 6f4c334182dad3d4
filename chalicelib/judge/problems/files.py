"""Files of the statements of problems: where they lie, and what they are called."""

from collections.abc import Mapping

from chalicelib.common import clock, ids, observe
from chalicelib.common.http import errors
from chalicelib.judge import models
from chalicelib.judge.models import Problem
from chalicelib.judge.problems import library, statements
from chalicelib.judge.statements import pictures, stored_files
from chalicelib.judge.statements.stored_files import File, Upload


def invite(problem: Problem) -> Upload:
    """Where to upload a file to."""
    upload_id = ids.new_id(clock.now())
    return stored_files.invite(upload_id, _upload_key(problem.id, upload_id))


def put(problem: Problem, called: str, upload_id: int) -> Problem:
    """Give an uploaded file its name, in place of one that had it; 404, 422 as for every upload, 409 for too many."""
    known = problem.version
    if called not in problem.files and len(problem.files) >= pictures.MAX_FILES:
        raise errors.Conflict("too_many_problem_files", "A problem has at most {limit} files", limit=pictures.MAX_FILES)
    data = stored_files.uploaded(_upload_key(problem.id, upload_id), called)
    write(problem.id, {called: data})
    name(problem, {called: data})
    library.store(problem, known)
    observe.logger.info("file kept", problem_id=problem.id, size=len(data))
    return problem


def write(problem_id: int, given: Mapping[str, bytes]) -> None:
    """Write files of a problem. They lie under their digests, so that twice is once."""
    for name, data in given.items():
        stored_files.write(_key(problem_id, pictures.digest(data)), name, data)


def keys_of(problem_id: int, given: Mapping[str, bytes]) -> list[str]:
    """Returns where in the bucket `write` puts such files."""
    return [_key(problem_id, pictures.digest(data)) for data in given.values()]


def key(problem: Problem, name: str) -> str:
    """Where in the bucket a file of a problem lies."""
    return _key(problem.id, problem.files[name][0])


def name(problem: Problem, given: Mapping[str, bytes]) -> None:
    """Have a problem, which is not stored yet, have files that were written."""
    problem.files = {**problem.files, **{name: [pictures.digest(data), len(data)] for name, data in given.items()}}


def of(problem: Problem) -> list[File]:
    return [
        File(name=name, content_type=pictures.kind_of(name) or "", size=size, path=statements.file_path(problem, name))
        for name, (_, size) in sorted(problem.files.items())
    ]


def remove(problem: Problem, name: str) -> None:
    """404 when there is no such file. A statement that shows it shows its name from then on."""
    known = problem.version
    if name not in problem.files:
        raise stored_files.no_such_file()
    digest = problem.files[name][0]
    problem.files = {each: kept for each, kept in problem.files.items() if each != name}
    library.store(problem, known)
    if all(digest != kept for kept, _ in problem.files.values()):
        stored_files.delete(_key(problem.id, digest))


def address(problem_id: int, digest: str, name: str) -> str:
    """Where a file lies, for an hour; 404 when no file of the problem has that name and digest."""
    problem = models.find_problem(problem_id)
    if problem is None or pictures.kind_of(name) is None or problem.files.get(name, [None])[0] != digest:
        raise stored_files.no_such_file()
    return stored_files.address(_key(problem_id, digest), name)


def _upload_key(problem_id: int, upload_id: int) -> str:
    return f"uploads/pictures/problems/{problem_id}/{upload_id}"


def _key(problem_id: int, digest: str) -> str:
    return f"pictures/problems/{problem_id}/{digest}"
