"""0012: reviews of before are found by their ids."""

from infra.migrations import m0012_places_of_reviews
from infra.migrations.pages import Position, Tables
from tests.app.tracks import repeated_messages
from tests.support.school import School, stored_items


def apply(tables: Tables) -> None:
    position: Position = m0012_places_of_reviews.forward(tables, None)
    while position is not None:
        position = m0012_places_of_reviews.forward(tables, position)


def test_it_writes_what_the_application_writes(school: School, tables_of_school: Tables) -> None:
    track = repeated_messages.in_review(school)
    for person in track.people[:2]:
        track.review_next(person)
    as_made = [each for each in stored_items("tracks") if each["kind"] == "review_place"]
    assert len(as_made) == 2
    table = tables_of_school("tracks")
    for each in as_made:
        table.delete_item(Key={"pk": each["pk"], "sk": each["sk"]})
    for _ in range(2):
        apply(tables_of_school)
        made = [each for each in stored_items("tracks") if each["kind"] == "review_place"]
        assert sorted(made, key=str) == sorted(as_made, key=str)
    assert m0012_places_of_reviews.back(tables_of_school, None) is None


def test_reviews_of_the_erased_are_passed_over(school: School, tables_of_school: Tables) -> None:
    track = repeated_messages.in_review(school)
    submission_id = track.review_next(track.people[0])["submission_id"]
    (place,) = [each for each in stored_items("tracks") if each["kind"] == "review_place"]
    table = tables_of_school("tracks")
    for key in ({"pk": place["pk"], "sk": "PLACE"}, {"pk": f"SUBMISSION#{submission_id}", "sk": "PLACE"}):
        table.delete_item(Key=key)
    apply(tables_of_school)
    assert [each for each in stored_items("tracks") if each["kind"] == "review_place"] == []
