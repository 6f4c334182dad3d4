"""Reads and writes test sets: a problem's tests and its author's programs (checker, interactor).

Each version is one zip in S3 that is never changed: `tests/{problem_id}/{version}.zip` holds `00001.in`, `00001.out`,
`00002.in`, …, `checker.json`, `interactor.json`, `arguments.json`, `given.json`
(what the program gets besides its input), `include.json`, `validators.json`. An input that no job can carry lies beside
it, `tests/{problem_id}/{version}/00001.in`, for the judge to fetch.

`NewTest` is a test as an author writes it; `scoring_of` makes the problem's scoring from the tests' points and groups.
"""

import base64
import io
import json
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Protocol, overload

from botocore.exceptions import ClientError

from chalicelib.common import ranges, s3, settings
from chalicelib.common.texts import Text
from chalicelib.judge.grading import batches
from chalicelib.judge.grading.checkers import Role
from chalicelib.judge.grading.scoring import Rule
from chalicelib.judge_protocol.contract import File, Source

KEPT_BYTES = 64 * 1024 * 1024
"""Of test data that a process keeps: it never changes, and pupils of one lesson send to the same tasks."""
HELD_BYTES = 32 * 1024 * 1024
"""Of one test set, once unpacked; of a larger one each test is read when it is its turn."""
ARGUMENTS, GIVEN, INCLUDES, VALIDATORS = "arguments.json", "given.json", "include.json", "validators.json"
FETCH_SECONDS = 300
"""How long the address of an input holds: the judge fetches it before anything else."""


@dataclass(frozen=True, slots=True)
class TestCase:
    """A test. Of one that is read back, a large input is not there: `kept_at` is where it lies.

    `arguments` are what an output validator of the ICPC's convention is given for it, after its files. The program that
    is judged finds `files` in its directory and is given `args`. In one that `is_static` it is read, not run.
    """

    __test__ = False  # whatever pytest makes of the name

    input: bytes | None
    answer: bytes
    kept_at: str = ""
    arguments: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    is_static: bool = False

    @property
    def size(self) -> int:
        return len(self.input or b"") + len(self.answer) + sum(len(file.data) for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputValidator:
    """A program that reads an input and says by the exit code `accepts` that it is as the problem promises.

    `arguments` are those that it is given for tests, each once: a test of some group is one that it accepts with those
    of the group.
    """

    program: Source
    accepts: int
    arguments: tuple[tuple[str, ...], ...] = ((),)


@dataclass(frozen=True, slots=True)
class Testset:
    """The tests in order, the programs of the problem's author, and what lies beside every program of a language.

    Tests that are large together are read from S3 whenever one is asked for: `size` is what is held. `more_is_given`:
    in some test the program gets arguments or files besides its input. `arguments` are those of output validators, each
    once.
    """

    tests: Sequence[TestCase]
    programs: Mapping[Role, Source] = field(default_factory=dict)
    includes: Mapping[str, tuple[File, ...]] = field(default_factory=dict)

    size: int = field(default=0, compare=False)
    static: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """The arguments of those that are static, by their numbers."""
    validators: Sequence[InputValidator] = ()
    more_is_given: bool = field(default=False, compare=False)
    arguments: tuple[tuple[str, ...], ...] = field(default=((),), compare=False)

    @property
    def is_large(self) -> bool:
        """Whether its tests are read one by one."""
        return isinstance(self.tests, _StoredTests)


class MissingTestset(Exception):
    """The set of tests that a submission was sent to cannot be read."""


def read(problem_id: int, version: int) -> Testset:
    """MissingTestset when there is none to be had."""
    key = _key(problem_id, version)
    if key not in _kept:
        _keep(key, _load(key))
    _kept.move_to_end(key)
    return _kept[key]


def write(
    problem_id: int,
    version: int,
    tests: Sequence[TestCase],
    programs: Mapping[Role, Source] | None = None,
    includes: Mapping[str, Sequence[File]] | None = None,
    validators: Sequence[InputValidator] = (),
) -> None:
    """Store a set of tests. Whoever writes a version makes sure that it is a new one."""
    key, packed = _key(problem_id, version), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        described = _write_tests(archive, key, tests)
        described[INCLUDES] = {language: _files_to_json(files) for language, files in (includes or {}).items()}
        described[VALIDATORS] = [_validator_to_json(each) for each in validators]
        for name, said in described.items():
            if said:
                archive.writestr(name, json.dumps(said))
        for role, program in (programs or {}).items():
            archive.writestr(f"{role}.json", json.dumps(_program_to_json(program)))
    _put(key, packed.getvalue())


def _write_tests(archive: zipfile.ZipFile, key: str, tests: Sequence[TestCase]) -> dict[str, Any]:
    """Returns what is said of them beside."""
    arguments: list[tuple[str, ...]] = []
    given: dict[str, Any] = {}
    for number, test in enumerate(tests, 1):
        arguments.append(test.arguments)
        given |= {str(number): _given_to_json(test)} if test.args or test.files or test.is_static else {}
        archive.writestr(f"{number:05}.out", test.answer)
        if test.input is not None and _lies_apart(test):
            _put(_input_key(key, number), test.input)
        elif test.input is not None:
            archive.writestr(f"{number:05}.in", test.input)
    return {ARGUMENTS: arguments if any(arguments) else None, GIVEN: given}


def keys_of(problem_id: int, version: int, tests: Sequence[TestCase]) -> list[str]:
    """Returns where in the bucket `write` puts such a set."""
    key = _key(problem_id, version)
    return [key, *(_input_key(key, number) for number, test in enumerate(tests, 1) if _lies_apart(test))]


def _lies_apart(test: TestCase) -> bool:
    """Whether the input is too large for the archive of the set, and an object of its own."""
    return test.input is not None and len(test.input) > batches.MAX_INPUT_BYTES


def address(test: TestCase) -> str:
    """Where the judge can fetch a large input, for a few minutes."""
    return s3.client().generate_presigned_url(
        "get_object",
        Params={"Bucket": settings.load().test_data_bucket, "Key": test.kept_at},
        ExpiresIn=FETCH_SECONDS,
    )


def forget() -> None:
    """Read everything anew: for tests."""
    _kept.clear()


_kept: OrderedDict[str, Testset] = OrderedDict()


def _keep(key: str, testset: Testset) -> None:
    """The one that is needed now stays however large it is; of the others those used last, as many as fit."""
    _kept[key] = testset
    while len(_kept) > 1 and sum(each.size for each in _kept.values()) > KEPT_BYTES:
        _kept.popitem(last=False)


def _load(key: str) -> Testset:
    try:
        archive = zipfile.ZipFile(ranges.opened(settings.load().test_data_bucket, key))
        size = sum(info.file_size for info in archive.infolist())
        stored = _StoredTests(archive, key)
        is_held = size <= HELD_BYTES
        tests = tuple(stored) if is_held else stored
        held = size if is_held else HELD_BYTES
        return Testset(
            tests,
            dict(_programs(archive)),
            _includes(archive),
            held,
            stored.static,
            _validators(archive),
            stored.more_is_given,
            stored.arguments,
        )
    except (ClientError, zipfile.BadZipFile, zlib.error, KeyError, ValueError) as error:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] != "NoSuchKey":
            raise
        raise MissingTestset(key) from error


def files_of(problem_id: int, version: int) -> Iterator[tuple[str, bytes]]:
    """All files of a set of tests, the large inputs among them. MissingTestset when there is none to be had."""
    key, bucket = _key(problem_id, version), settings.load().test_data_bucket
    try:
        archive = zipfile.ZipFile(ranges.opened(bucket, key))
        names = archive.namelist()
        yield from ((name, archive.read(name)) for name in names)
        for name in names:
            stem = name.removesuffix(".out")
            if stem != name and f"{stem}.in" not in names:
                yield f"{stem}.in", s3.client().get_object(Bucket=bucket, Key=_input_key(key, int(stem)))["Body"].read()
    except (ClientError, zipfile.BadZipFile, zlib.error) as error:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] != "NoSuchKey":
            raise
        raise MissingTestset(key) from error


def of_files(names: Sequence[str], read: Callable[[str], bytes]) -> Testset:
    """The set of tests that files make. MissingTestset when they make none; a broken file is whatever `read` raises.

    What is in the files is known to be of their shape. A test is read when it is asked for.
    """
    files = _OtherFiles(names, read)
    try:
        stored = _StoredTests(files, "")
        return Testset(stored, dict(_programs(files)), _includes(files), validators=_validators(files))
    except (KeyError, ValueError) as error:
        raise MissingTestset(f"{len(names)}") from error


class _Files(Protocol):
    """Files by name, as a zip archive has them."""

    def namelist(self) -> Sequence[str]: ...

    def read(self, name: str, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class _OtherFiles:
    names: Sequence[str]
    fetch: Callable[[str], bytes]

    def namelist(self) -> Sequence[str]:
        return self.names

    def read(self, name: str, /) -> bytes:
        return self.fetch(name)


class _StoredTests(Sequence[TestCase]):
    """Tests that are read when they are asked for, one by one."""

    def __init__(self, archive: _Files, key: str) -> None:
        self._archive, self._key = archive, key
        self._names = set(archive.namelist())
        self._stems = sorted((name.removesuffix(".out") for name in self._names if name.endswith(".out")), key=int)
        told = json.loads(archive.read(ARGUMENTS)) if ARGUMENTS in self._names else None
        self._arguments: Sequence[Sequence[str]] = told or [()] * len(self._stems)
        self._given: Mapping[str, Any] = json.loads(archive.read(GIVEN)) if GIVEN in self._names else {}

    @property
    def static(self) -> dict[int, tuple[str, ...]]:
        numbers = sorted(int(number) for number, given in self._given.items() if given.get("static"))
        return {number: tuple(self._arguments[number - 1]) for number in numbers}

    @property
    def more_is_given(self) -> bool:
        return any(given.get("args") or given.get("files") for given in self._given.values())

    @property
    def arguments(self) -> tuple[tuple[str, ...], ...]:
        run = [tuple(each) for number, each in enumerate(self._arguments, 1) if number not in self.static]
        return tuple(dict.fromkeys(run)) or ((),)

    def __len__(self) -> int:
        return len(self._stems)

    @overload
    def __getitem__(self, index: int) -> TestCase: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[TestCase]: ...
    def __getitem__(self, index: int | slice) -> TestCase | Sequence[TestCase]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        stem = self._stems[index]
        here = f"{stem}.in" in self._names
        return TestCase(
            input=self._archive.read(f"{stem}.in") if here else None,
            answer=self._archive.read(f"{stem}.out"),
            kept_at="" if here else _input_key(self._key, int(stem)),
            arguments=tuple(self._arguments[index]),
            **_given_of_json(self._given.get(str(int(stem)), {})),
        )


def _programs(archive: _Files) -> Iterator[tuple[Role, Source]]:
    for role in Role:
        if f"{role}.json" in archive.namelist():
            yield role, _program_of_json(json.loads(archive.read(f"{role}.json")))


def _includes(archive: _Files) -> dict[str, tuple[File, ...]]:
    if INCLUDES not in archive.namelist():
        return {}
    return {language: _files_of_json(files) for language, files in json.loads(archive.read(INCLUDES)).items()}


def _validators(archive: _Files) -> tuple[InputValidator, ...]:
    if VALIDATORS not in archive.namelist():
        return ()
    return tuple(
        InputValidator(
            program=_program_of_json(each["program"]),
            accepts=each["accepts"],
            arguments=tuple(map(tuple, each["arguments"])),
        )
        for each in json.loads(archive.read(VALIDATORS))
    )


def _validator_to_json(validator: InputValidator) -> dict[str, Any]:
    arguments = list(map(list, validator.arguments))
    return {"program": _program_to_json(validator.program), "accepts": validator.accepts, "arguments": arguments}


def _program_to_json(program: Source) -> dict[str, Any]:
    return {"language": program.language, "source": program.source, "files": _files_to_json(program.files)}


def _files_to_json(files: Sequence[File]) -> dict[str, str]:
    return {file.name: base64.b64encode(file.data).decode("ascii") for file in files}


def _files_of_json(stored: Mapping[str, str]) -> tuple[File, ...]:
    return tuple(File(name=name, data=base64.b64decode(data)) for name, data in stored.items())


def _program_of_json(stored: Mapping[str, Any]) -> Source:
    return Source(language=stored["language"], source=stored["source"], files=_files_of_json(stored["files"]))


def _given_to_json(test: TestCase) -> dict[str, Any]:
    given = {"args": test.args, "files": _files_to_json(test.files)}
    return {**given, "static": True} if test.is_static else given


def _given_of_json(stored: Mapping[str, Any]) -> dict[str, Any]:
    given = {"args": tuple(stored.get("args", ())), "files": _files_of_json(stored.get("files", {}))}
    return {**given, "is_static": bool(stored.get("static"))}


def _put(key: str, data: bytes) -> None:
    s3.client().put_object(Bucket=settings.load().test_data_bucket, Key=key, Body=data)


def _key(problem_id: int, version: int) -> str:
    return f"tests/{problem_id}/{version}.zip"


def _input_key(key: str, number: int) -> str:
    return f"{key.removesuffix('.zip')}/{number:05}.in"


class BadTests(ValueError):
    """Tests whose points and groups do not go together; the text says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTest:
    input: str
    output: str
    points: float | None = None
    group: str | None = None

    @property
    def case(self) -> TestCase:
        return TestCase(self.input.encode(), self.output.encode())


def scoring_of(tests: Sequence[NewTest]) -> dict[str, Any] | None:
    """What a problem stores for the points and groups of its tests; None when no test has any.

    A group earns the sum of its tests' points, all of them or nothing.
    """
    if not _all_or_none([test.group is not None for test in tests]):
        raise BadTests(Text("some_with_group", "Either every test has a group or none has"))
    if not _all_or_none([test.points is not None for test in tests]):
        raise BadTests(Text("some_with_points", "Either every test has points or none has"))
    if tests[0].points is None:
        if tests[0].group is not None:
            english = "Groups without points earn nothing: give each test its points"
            raise BadTests(Text("groups_without_points", english))
        return None
    if tests[0].group is None:
        return {"points": [test.points for test in tests]}
    return {"groups": [_group(str(name), list(members)) for name, members in groupby(tests, lambda test: test.group)]}


def _group(name: str, members: Sequence[NewTest]) -> dict[str, Any]:
    points = sum(test.points or 0 for test in members)
    return {"name": name, "tests": len(members), "points": points, "rule": Rule.ALL.value}


def _all_or_none(flags: Sequence[bool]) -> bool:
    return len(set(flags)) <= 1
