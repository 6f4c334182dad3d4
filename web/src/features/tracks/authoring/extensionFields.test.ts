import { describe, expect, it } from "vitest";
import { bodyOf, byName, etagOf, faultsOf, fieldsOf, NO_TIME } from "./extensionFields";
import { localOf } from "./moments";

const GIVEN = { submission_until: "2026-12-05T15:00:42.000Z", code_review_until: null, reason: "Was ill" };

describe("more time for one participant", () => {
  it("is sent as it was, to the second, unless it was touched", () => {
    const fields = fieldsOf(GIVEN);
    expect(bodyOf(fields, GIVEN)).toEqual(GIVEN);
    const later = localOf("2026-12-06T15:00:00.000Z");
    expect(bodyOf({ ...fields, submissionUntil: later, reason: " Still ill " }, GIVEN)).toEqual({
      submission_until: "2026-12-06T15:00:00.000Z",
      code_review_until: null,
      reason: "Still ill",
    });
    expect(bodyOf({ ...fields, submissionUntil: "", reviewUntil: later }, GIVEN)).toMatchObject({
      submission_until: null,
      code_review_until: "2026-12-06T15:00:00.000Z",
    });
  });

  it("needs one of the times, and a reason", () => {
    const time = localOf("2026-12-06T15:00:00Z");
    expect(faultsOf(NO_TIME)).toEqual({ submission_until: "time", reason: "blank" });
    expect(faultsOf({ ...NO_TIME, reviewUntil: time, reason: "Ill" })).toEqual({});
    expect(faultsOf({ submissionUntil: time, reviewUntil: "soon", reason: " " })).toEqual({
      code_review_until: "time",
      reason: "blank",
    });
  });

  it("is given where nobody else has given any, or over what was seen", () => {
    expect(etagOf(null)).toBe('"0"');
    expect(etagOf({ version: 3 })).toBe('"3"');
  });

  it("is looked for by names", () => {
    const people = ["Вера", null, "Анна", "Ёлка"].map((username, user_id) => ({ user_id, username }));
    expect(byName(people, "ru").map(({ username }) => username)).toEqual(["Анна", "Вера", "Ёлка", null]);
  });
});
