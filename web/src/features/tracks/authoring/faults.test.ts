import { describe, expect, it } from "vitest";
import { ApiError, Unreachable } from "~/api/errors";
import { restOf, saidOf } from "./faults";
import { localOf, momentOf } from "./moments";
import { faultOfNumber, numberOf, typedOf } from "./numbers";

const said = (field: string, message: string) => ({ in: "body" as const, field, code: "x", limits: {}, message });
const refused = (...violations: ReturnType<typeof said>[]) => new ApiError(400, "x", "no", "1", violations);

describe("what the API says of a field", () => {
  const error = refused(said("/tags/1", "too long"), said("/tags/2", "too long"), said("/title", "blank"));

  it("is found at its place and below it, once", () => {
    expect(saidOf(error, "tags")).toBe("too long");
    expect(saidOf(error, "tag")).toBeNull();
    expect(saidOf(error, "review_criteria/a", "title")).toBe("blank");
  });

  it("is not repeated below the form, unless no field shows it", () => {
    expect(restOf(error, ["tags", "title"])).toBeNull();
    expect(restOf(error, ["title"])).toBe(error);
    expect(restOf(refused(), ["title"])).not.toBeNull();
    expect(restOf(new Unreachable(), ["title"])).toBeInstanceOf(Unreachable);
    expect(restOf(new ApiError(412, "x", "changed", "1"), [])).toBeNull();
  });
});

describe("numbers and moments", () => {
  it("are read with a comma too", () => {
    expect(numberOf(" 1,5 ")).toBe(1.5);
    expect(faultOfNumber("1,5")).toBeNull();
    expect(faultOfNumber("1,5", "whole")).toBe("whole");
    expect(faultOfNumber("")).toBe("number");
    expect(faultOfNumber("", "optional")).toBeNull();
    expect(typedOf(10 / 60)).toBe("0.1667");
    expect(typedOf(48)).toBe("48");
    expect(faultOfNumber("1e999")).toBe("number");
  });

  it("come back as they were, to the minute", () => {
    const local = "2026-03-04T05:06";
    expect(localOf(momentOf(local))).toBe(local);
    expect(momentOf("")).toBeNull();
    expect(localOf(null)).toBe("");
  });
});
