import { describe, expect, it } from "vitest";
import {
  bodyOf,
  type Criterion,
  changed,
  changesOf,
  faultsOf,
  fieldsOf,
  moved,
  newTrack,
  pointersOf,
  type TrackFields,
  withCriterion,
  withoutCriterion,
} from "./trackFields";

const NEW: TrackFields = {
  ...newTrack([
    { name: "Correctness", means: "Does it work?" },
    { name: "Clarity", means: "" },
  ]),
  title: " Sorting ",
};

const TRACK: Parameters<typeof fieldsOf>[0] = {
  id: 7,
  title: "Sorting",
  description: null,
  tags: ["sorts", "first year"],
  required_participants: 12,
  current_participants: 0,
  status: "waiting",
  starts_at: "2026-12-01T15:00:00Z",
  started_at: null,
  created_at: "2026-11-01T15:00:00Z",
  review_criteria: { works: "Right?", style: "Readable?" },
  criteria_options: { works: { comment_required: false, works: true } },
  weighted: true,
  max_score: 5,
  reviews_per_user: 2,
  late_days: 3,
  author_id: 1,
  author_name: null,
  is_enrolled: false,
  enrolled_at: null,
  reviews_owed: 0,
};

describe("a track that is sent", () => {
  it("has what was typed, with numbers as numbers", () => {
    expect(bodyOf({ ...NEW, tags: "sorts, ,sorts, year 1", participants: "12", maxScore: "7,5" })).toEqual({
      title: "Sorting",
      description: null,
      tags: ["sorts", "year 1"],
      required_participants: 12,
      review_criteria: { Correctness: "Does it work?", Clarity: "" },
      criteria_options: { Correctness: { comment_required: false, works: true } },
      weighted: false,
      max_score: 7.5,
      reviews_per_user: 3,
      late_days: 0,
      starts_at: null,
    });
  });

  it("begins at the moment that is meant here", () => {
    const moment = bodyOf({ ...NEW, startsAt: "2026-12-01T18:00" }).starts_at;
    expect(moment).toBe(new Date(2026, 11, 1, 18).toISOString());
  });
});

describe("a change of a track", () => {
  const known = fieldsOf(TRACK);

  it("is nothing where nothing was typed", () => {
    expect(changesOf(known, known)).toEqual({});
  });

  it("is what differs, and never the criteria that reviews go by", () => {
    const criteria = changed(known.criteria, 2, { comment: true, name: "other" });
    expect(changesOf({ ...known, title: "Searching", startsAt: "", maxScore: "9" }, known)).toEqual({
      title: "Searching",
      starts_at: null,
    });
    expect(Object.keys(changesOf({ ...known, criteria }, known))).toEqual(["criteria_options"]);
  });
});

describe("what is wrong with a track", () => {
  const criteria = (...names: string[]): Criterion[] =>
    names.map((name, at) => ({ key: at + 1, name, means: "", comment: false, works: false }));

  it("is nothing in what the form proposes, but the title that is missing", () => {
    expect(faultsOf({ ...NEW, title: " " })).toEqual({ title: "blank" });
    expect(faultsOf(NEW)).toEqual({});
  });

  it("is found before the API could not tell it", () => {
    const typed = { participants: "ten", reviews: "2.5", maxScore: "", lateDays: "1,5", startsAt: "tomorrow" };
    expect(faultsOf({ ...NEW, ...typed })).toEqual({
      required_participants: "number",
      reviews_per_user: "whole",
      max_score: "number",
      late_days: "whole",
      starts_at: "time",
    });
  });

  it("is a criterion without a name, or with another's", () => {
    expect(faultsOf({ ...NEW, criteria: criteria("a", "a ", "", "b") })).toEqual({
      "criteria/2": "twice",
      "criteria/3": "blank",
    });
    expect(faultsOf({ ...NEW, criteria: [] })).toEqual({ review_criteria: "none" });
  });

  it("is told by the API by the criterion's name", () => {
    expect(criteria("a/b~c").flatMap(pointersOf)).toEqual(["review_criteria/a~1b~0c", "criteria_options/a~1b~0c"]);
  });
});

describe("criteria", () => {
  const two = NEW.criteria;

  it("are added and removed under keys of their own", () => {
    const three = withCriterion(two);
    expect(three.map(({ key }) => key)).toEqual([1, 2, 3]);
    expect(withCriterion(withoutCriterion(three, 1)).map(({ key }) => key)).toEqual([2, 3, 4]);
  });

  it("are moved, and stay at the ends", () => {
    expect(moved(two, 0, 1).map(({ key }) => key)).toEqual([2, 1]);
    expect(moved(two, 1, -1).map(({ key }) => key)).toEqual([2, 1]);
    expect(moved(two, 0, -1)).toEqual(two);
    expect(moved(two, 1, 1)).toEqual(two);
  });

  it("have one at most that says whether the program works", () => {
    expect(changed(two, 2, { works: true }).map(({ works }) => works)).toEqual([false, true]);
    expect(changed(two, 2, { comment: true }).map(({ works }) => works)).toEqual([true, false]);
  });
});
