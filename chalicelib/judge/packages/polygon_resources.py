"""Finds the files of a Polygon package that lie beside every program of a language: graders and libraries. Pure."""

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from chalicelib.common.texts import Text
from chalicelib.judge.packages.inspection import Inspection
from chalicelib.judge_protocol.contract import File, is_file_name

LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "c": ("c",),
    "cpp": ("cpp17", "cpp20", "cpp23"),
    "csharp": ("csharp",),
    "go": ("go",),
    "haskell": ("haskell",),
    "java": ("java",),
    "js": ("javascript",),
    "kotlin": ("kotlin",),
    "pas": ("pascal",),
    "php": ("php",),
    "python": ("python3", "pypy3"),
    "ruby": ("ruby",),
    "rust": ("rust",),
}
"""By the family of Polygon's types: that of `cpp.*` and `cpp.g++17` is `cpp`."""


def beside_solutions(inspection: Inspection, root: Element) -> dict[str, tuple[File, ...]]:
    """By our languages. What cannot lie there is a fault, since programs would be judged otherwise without it."""
    found: dict[str, tuple[File, ...]] = {}
    for resource in root.findall("files/resources/file"):
        if any((asset.get("name") or "").lower() == "solution" for asset in resource.findall("assets/asset")):
            for language, file in _placed(inspection, resource):
                found[language] = (*found.get(language, ()), file)
    return found


def _placed(inspection: Inspection, resource: Element) -> Iterator[tuple[str, File]]:
    path = resource.get("path") or ""
    name = resource.get("location") or path.rpartition("/")[2]
    mask = resource.get("for-types") or resource.get("for-type") or ""
    languages = LANGUAGES.get(mask.partition(".")[0].rstrip("*"))
    if languages is None or not is_file_name(name) or resource.get("secure-grader") == "true":
        english = "It belongs beside the programs that are sent, in a way that is not done here"
        inspection.fault(path, Text("resource_of_solutions", english))
        return
    data = inspection.bytes_of(path)
    if data is not None:
        yield from ((language, File(name=name, data=data)) for language in languages)
