"""What is asked of single criteria."""

from chalicelib.tracks import criteria
from chalicelib.tracks.criteria import CriterionOptions

WORKS, COMMENTED = CriterionOptions(works=True), CriterionOptions(comment_required=True)


def test_options_are_found_by_what_they_ask() -> None:
    options = {"style": COMMENTED, "tests": WORKS, "names": CriterionOptions()}
    assert criteria.works_among(options) == "tests"
    assert criteria.commented_among(options) == {"style"}
    assert criteria.works_among({"style": COMMENTED}) is None
    assert not criteria.commented_among({"tests": WORKS})


def test_options_are_stored_and_read() -> None:
    options = {"style": COMMENTED, "tests": WORKS}
    assert criteria.options_of_json(criteria.options_to_json(options)) == options


def test_options_may_be_of_all_criteria_or_of_some() -> None:
    names = {"style": "Is it clean?", "tests": "Is it tested?"}
    for options in ({}, {"tests": WORKS}, {"style": COMMENTED, "tests": CriterionOptions(works=True)}):
        assert not criteria.violations_in(options, names)
