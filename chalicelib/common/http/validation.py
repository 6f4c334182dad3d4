"""Says everything that is wrong with an input: as data for programs, and in words for people.

Virtual School's clients compare `"'name' is a required property"` and `"email validation error"`: those stand in
`errors`. `violations` has the places, the codes, the limits and the reasons.
"""

import functools
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pydantic
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, SchemaValidator, core_schema

from chalicelib.common import texts
from chalicelib.common.http import errors
from chalicelib.common.http.errors import In, Place, Violation
from chalicelib.common.texts import Text

INVALID_JSON = "json_invalid"
REFUSED, LACKING = "refused", "lacking"
INCOMPLETE = {"missing", INVALID_JSON, LACKING}
NAMED_LAST = {"missing", "extra_forbidden"}
"""The types whose last name is not in the input, or is to be named although it is."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How an error of pydantic is told. `told_as` is the violation's code, `limits` pydantic's names by ours."""

    told_as: str
    text: Text
    limits: Mapping[str, str] = field(default_factory=dict)

    def limits_of(self, context: Mapping[str, Any]) -> dict[str, object]:
        return {ours: _limit(context[theirs]) for ours, theirs in self.limits.items() if theirs in context}


_MIN, _MAX = {"min": "min_length"}, {"max": "max_length"}
_ALLOWED = {"allowed": "expected"}
_TYPE, _FORM = "wrong_type", "wrong_form"

TRUE_OR_FALSE = Text("true_or_false", "must be true or false")
A_DATE = Text("a_date", "must be a date, such as 2026-09-01")
A_MOMENT = Text("a_moment", "must be a date and time, such as 2026-09-01T09:00:00Z")
A_NUMBER = Text("a_number", "must be a number")
A_WHOLE_NUMBER = Text("a_whole_number", "must be a whole number")
AN_OBJECT = Text("an_object", "must be an object")
A_LINK = Text("a_link", "must be a link")
A_UUID = Text("a_uuid", "must be a UUID")
ONE_OF = Text("one_of", "must be one of: {allowed}")
UNEXPECTED = Text("unexpected", "has none of the forms that are accepted here")
MOST_CHARS = Text("most_chars", "may have at most {max} character", plural="may have at most {max} characters")
NOT_JSON = Text("not_json", "this is not JSON")

A_LIST = Text("a_list", "must be a list")
A_TEXT = Text("a_text", "must be a text")
NULL = Text("nothing", "must be null")

WORDINGS: Mapping[str, Wording] = {
    "bool_parsing": Wording(_TYPE, TRUE_OR_FALSE),
    "bool_type": Wording(_TYPE, TRUE_OR_FALSE),
    "date_from_datetime_inexact": Wording(_FORM, A_DATE),
    "date_from_datetime_parsing": Wording(_FORM, A_DATE),
    "date_parsing": Wording(_FORM, A_DATE),
    "date_type": Wording(_TYPE, A_DATE),
    "datetime_from_date_parsing": Wording(_FORM, A_MOMENT),
    "datetime_object_invalid": Wording(_FORM, A_MOMENT),
    "datetime_parsing": Wording(_FORM, A_MOMENT),
    "datetime_type": Wording(_TYPE, A_MOMENT),
    "dict_type": Wording(_TYPE, AN_OBJECT),
    "enum": Wording("not_allowed", ONE_OF, _ALLOWED),
    "extra_forbidden": Wording("unknown", Text("unknown_member", "this is not known here")),
    "finite_number": Wording(_TYPE, A_NUMBER),
    "float_parsing": Wording(_TYPE, A_NUMBER),
    "float_type": Wording(_TYPE, A_NUMBER),
    "greater_than": Wording("too_small", Text("greater_than", "must be more than {above}"), {"above": "gt"}),
    "greater_than_equal": Wording("too_small", Text("at_least", "must be at least {min}"), {"min": "ge"}),
    "int_from_float": Wording(_TYPE, A_WHOLE_NUMBER),
    "int_parsing": Wording(_TYPE, A_WHOLE_NUMBER),
    "int_parsing_size": Wording("too_large", Text("number_too_large", "this number is too large")),
    "int_type": Wording(_TYPE, A_WHOLE_NUMBER),
    INVALID_JSON: Wording("invalid_json", NOT_JSON),
    "json_type": Wording("invalid_json", NOT_JSON),
    "less_than": Wording("too_large", Text("less_than", "must be less than {below}"), {"below": "lt"}),
    "less_than_equal": Wording("too_large", Text("at_most", "must be at most {max}"), {"max": "le"}),
    "list_type": Wording(_TYPE, A_LIST),
    "literal_error": Wording("not_allowed", ONE_OF, _ALLOWED),
    "missing": Wording("required", Text("required", "this is required")),
    "model_attributes_type": Wording(_TYPE, AN_OBJECT),
    "model_type": Wording(_TYPE, AN_OBJECT),
    "none_required": Wording(_TYPE, NULL),
    "recursion_loop": Wording(_FORM, UNEXPECTED),
    "string_pattern_mismatch": Wording(_FORM, Text("wrong_form", "does not have the form that is wanted here")),
    "string_too_long": Wording("too_long", MOST_CHARS, _MAX),
    "string_too_short": Wording(
        "too_short",
        Text("fewest_chars", "must have at least {min} character", plural="must have at least {min} characters"),
        _MIN,
    ),
    "string_type": Wording(_TYPE, A_TEXT),
    "string_unicode": Wording(_FORM, Text("not_unicode", "this is not Unicode text")),
    "timezone_aware": Wording(_FORM, Text("time_zone_missing", "must say its time zone, such as Z or +03:00")),
    "too_long": Wording(
        "too_many", Text("most_items", "may have at most {max} item", plural="may have at most {max} items"), _MAX
    ),
    "too_short": Wording(
        "too_few", Text("fewest_items", "must have at least {min} item", plural="must have at least {min} items"), _MIN
    ),
    "union_tag_invalid": Wording("not_allowed", ONE_OF, {"allowed": "expected_tags"}),
    "union_tag_not_found": Wording("required", Text("kind_missing", "does not say of which kind it is")),
    "url_parsing": Wording(_FORM, A_LINK),
    "url_scheme": Wording(
        _FORM, Text("link_scheme", "must be a link that begins with {allowed}"), {"allowed": "expected_schemes"}
    ),
    "url_syntax_violation": Wording(_FORM, A_LINK),
    "url_too_long": Wording("too_long", MOST_CHARS, _MAX),
    "url_type": Wording(_TYPE, A_LINK),
    "uuid_parsing": Wording(_FORM, A_UUID),
    "uuid_type": Wording(_TYPE, A_UUID),
    "uuid_version": Wording(_FORM, A_UUID),
}
"""Every type of error that pydantic finds in bodies and queries; a test compares it with the models."""

SHAPES: Mapping[str, Mapping[str, str]] = {
    TRUE_OR_FALSE.code: {"type": "boolean"},
    A_NUMBER.code: {"type": "number"},
    A_WHOLE_NUMBER.code: {"type": "integer"},
    A_TEXT.code: {"type": "string"},
    A_LIST.code: {"type": "array"},
    AN_OBJECT.code: {"type": "object"},
    NULL.code: {"type": "null"},
    A_DATE.code: {"format": "date"},
    A_MOMENT.code: {"format": "date-time"},
    A_LINK.code: {"format": "uri"},
    A_UUID.code: {"format": "uuid"},
    "not_an_email": {"format": "email"},
    "not_a_birthdate": {"format": "date"},
}
"""What a value has to be, in JSON Schema's words, by the code of the text that says it: limits like any other."""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """In the annotation of a text: the form that it must have, and how that is told.

    The pattern is in the document, for JavaScript too. One that means something else there (its \\w has no Cyrillic
    letters) has another for the document, which lets at least the same through.
    """

    pattern: str
    text: Text
    documented: str = ""

    def __get_pydantic_core_schema__(self, source: Any, handler: pydantic.GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: pydantic.GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "pattern": self.documented or self.pattern}

    def _checked(self, value: str) -> str:
        try:
            _of_pattern(self.pattern).validate_python(value)
        except pydantic.ValidationError:
            raise refused(self.text) from None
        return value


@functools.cache
def _of_pattern(pattern: str) -> SchemaValidator:
    """Returns pydantic's own check: its \\w has accents that are characters of their own, its $ is the very end."""
    return SchemaValidator(core_schema.str_schema(pattern=pattern))


NOT_BLANK = Form(r"\S", Text("blank", "must not be blank"))


def refused(*reasons: Text) -> PydanticCustomError:
    """Returns the error that a validator raises for a value; each reason becomes a violation with the text's code."""
    # Pydantic wants a literal there, since it fills in what stands in braces; these texts have none left.
    told = "; ".join(map(str, reasons))
    return PydanticCustomError(REFUSED, told, {"reasons": reasons})


def incomplete(reason: Text) -> PydanticCustomError:
    """Returns the error that a validator raises for a body that has none of the members of which it needs one."""
    return PydanticCustomError(LACKING, "lacking", {"reasons": (reason,)})


def bad_request(
    code: str, error: pydantic.ValidationError, *, part: In, given: object, incomplete_status: str | None
) -> errors.BadRequest:
    """Returns the 400 for everything that pydantic found in what was `given`.

    Its `status` is `incomplete_status` if a member is missing.
    """
    found = error.errors(include_url=False, include_input=False)
    violations = list(_violations(found, part, given))
    return errors.BadRequest(
        code,
        "{reasons}",
        reasons=texts.joined([_with_name(violation) for violation in violations]),
        status=incomplete_status if any(item["type"] in INCOMPLETE for item in found) else None,
        violations=violations,
    )


def violations_of(error: pydantic.ValidationError, *, part: In, given: object) -> list[Violation]:
    """Returns everything that pydantic found in what was `given`."""
    return list(_violations(error.errors(include_url=False, include_input=False), part, given))


def first_reason(error: pydantic.ValidationError, given: object) -> Text | None:
    """Returns what is told first of what pydantic found in an object, with its place; None of what is no object."""
    found = error.errors(include_url=False, include_input=False)[:1]
    violation = next(iter(_violations(found, In.BODY, given)))
    return _with_name(violation) if violation.place.field else None


def parsed(raw: bytes | str) -> object:
    """Returns the value of a JSON text; None of what is not JSON."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def required(place: Place) -> Violation:
    return _own(place, "missing", texts.untranslated(f"'{_name(place)}' is a required property"))


def unknown(place: Place) -> Violation:
    return _own(place, "extra_forbidden", texts.untranslated(f"'{_name(place)}' is an unknown property"))


def invalid(place: Place, text: Text, limits: Mapping[str, object] | None = None) -> Violation:
    """A value that is not accepted, with the text's code."""
    told = {**SHAPES.get(text.code, {}), **(limits or {})}
    return Violation(place, text.code, text, told, _validation_error(place))


def pointer(*steps: str | int) -> str:
    """Returns the JSON pointer of a place (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _own(place: Place, kind: str, listed_as: Text) -> Violation:
    wording = WORDINGS[kind]
    return Violation(place, wording.told_as, wording.text, {}, listed_as)


def _violations(found: Iterable[Any], part: In, given: object) -> Iterable[Violation]:
    """Several errors of one value, one for each form that it might have had, are one violation."""
    by_path: dict[tuple[str | int, ...], list[Any]] = defaultdict(list)
    for item in found:
        by_path[_path(item, given)].append(item)
    for path, items in by_path.items():
        place = Place(part, pointer(*path) if part is In.BODY else ".".join(map(str, path)))
        if len({item["loc"] for item in items}) > 1:
            yield Violation(place, _FORM, UNEXPECTED, {}, _validation_error(place))
        else:
            yield from (each for item in items for each in _of_item(place, item))


def _of_item(place: Place, item: Any) -> Sequence[Violation]:
    kind, context = item["type"], item.get("ctx", {})
    if kind in {REFUSED, LACKING}:
        return [invalid(place, reason, _numbers(reason)) for reason in context["reasons"]]
    wording = WORDINGS.get(kind, WORDINGS["string_pattern_mismatch"])
    limits = wording.limits_of(context)
    words = {name: _listed(value) for name, value in limits.items()}
    text = Text(wording.text.code, wording.text.english, words, wording.text.plural)
    told = {**SHAPES.get(text.code, {}), **limits}
    return [Violation(place, wording.told_as, text, told, _listed_as(kind, place))]


def _listed_as(kind: str, place: Place) -> Text:
    match kind:
        case "json_invalid":
            return texts.untranslated("invalid json data in request")
        case "missing":
            return required(place).listed_as or WORDINGS[kind].text
        case "extra_forbidden":
            return unknown(place).listed_as or WORDINGS[kind].text
        case _:
            return _validation_error(place)


def _validation_error(place: Place) -> Text:
    return texts.untranslated(f"{_name(place)} validation error")


def _path(item: Any, given: object) -> tuple[str | int, ...]:
    """Returns where in the input an error is. Pydantic's `loc` also names the forms that it tried on the way."""
    path: list[str | int] = []
    steps = item["loc"]
    for position, step in enumerate(steps):
        is_last = position == len(steps) - 1
        if _has(given, step):
            path.append(step)
            given = given[step]  # type: ignore[index]
        elif is_last and item["type"] in NAMED_LAST:
            path.append(step)
    return tuple(path)


def _has(value: object, step: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, Mapping) and step in value


def _with_name(violation: Violation) -> Text:
    return Text("named_reason", "{name}: {reason}", {"name": _name(violation.place), "reason": violation.text})


def _name(place: Place) -> str:
    return place.field.removeprefix("/").replace("/", ".") or "body"


def _limit(value: object) -> object:
    """Pydantic names what is allowed in words: 'a', 'b' or 'c'."""
    return re.findall(r"'([^']*)'", value) or [value] if isinstance(value, str) else value


def _listed(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _numbers(reason: Text) -> dict[str, object]:
    return {name: value for name, value in reason.params.items() if isinstance(value, (int, float, list))}
