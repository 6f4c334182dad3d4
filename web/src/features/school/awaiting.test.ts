import { describe, expect, it } from "vitest";
import { awaiting } from "./awaiting";

const nowhere = {
  title: null,
  course_id: null,
  lesson_id: null,
  task_id: null,
  track_id: null,
  assignment_id: null,
  group_id: null,
};
const inTrack = { ...nowhere, within: "Python", title: "Loops", track_id: 3, assignment_id: 7 };
const inCourse = { ...nowhere, within: "Sums", course_id: 5 };
const pupil = { user_id: 8, name: "Anna", count: 0, test: null };
const teaching: Parameters<typeof awaiting>[0] = {
  waiting: [
    { ...inTrack, kind: "reviews", since: "2026-12-02T12:00:00Z", count: 2 },
    { ...inTrack, assignment_id: null, title: null, kind: "track", since: "2026-12-03T12:00:00Z", count: 4 },
    { ...inTrack, kind: "appeals", since: "2026-12-06T12:00:00Z", count: 1 },
    { ...nowhere, within: "7 B", group_id: 12, kind: "import", since: "2026-12-05T12:00:00Z", count: 30 },
  ],
  behind: [
    { ...inCourse, ...pupil, kind: "quiet", since: "2026-12-02T14:00:00+03:00" },
    {
      ...inCourse,
      ...pupil,
      title: "Add",
      lesson_id: 6,
      task_id: 9,
      kind: "stuck",
      since: "2026-12-04T12:00:00Z",
      count: 5,
      test: 3,
    },
  ],
  disagreements: [
    {
      ...inTrack,
      submission_id: 1,
      user_id: 8,
      name: null,
      since: "2026-12-01T12:00:00Z",
      spread: 0.355,
      criterion: null,
      reviews: 2,
    },
  ],
  whole: true,
};

describe("what awaits a teacher", () => {
  it("is one list, what has waited longest first", () => {
    expect(awaiting(teaching).map(({ kind }) => kind)).toEqual([
      "apart",
      "quiet",
      "reviews",
      "track",
      "stuck",
      "import",
      "appeals",
    ]);
  });

  it("says what it is, and leads there", () => {
    const [apart, quiet, reviews, track, stuck, list, appeals] = awaiting(teaching);
    expect(apart).toMatchObject({ percent: 36, name: null, place: "Loops · Python", to: "/tracks/3/7/results" });
    expect(quiet).toMatchObject({ name: "Anna", place: "Sums", to: "/courses/5" });
    expect(reviews).toMatchObject({ count: 2, to: "/tracks/3/7" });
    expect(appeals).toMatchObject({ count: 1, to: "/tracks/3/queue" });
    expect(track).toMatchObject({ count: 4, place: "Python", to: "/tracks/3" });
    expect(list).toMatchObject({ count: 30, place: "7 B", to: null });
    expect(stuck).toMatchObject({ count: 5, test: 3, place: "Add · Sums", to: "/courses/5/6/9" });
  });
});
