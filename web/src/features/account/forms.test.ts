import { describe, expect, it } from "vitest";
import { changesOf, codeOf, invitedBy, secretOf, textOf, textOrNull } from "./forms";

const form = (value: string) => {
  const made = new FormData();
  made.set("field", value);
  return made;
};

describe("a form's fields", () => {
  it("lose the blanks around a text", () => {
    expect(textOf(form("  Ann "), "field")).toBe("Ann");
    expect(textOrNull(form("  "), "field")).toBeNull();
    expect(textOf(form("x"), "other")).toBe("");
  });

  it("keep those of a password", () => {
    expect(secretOf(form(" secret "), "field")).toBe(" secret ");
  });

  it("take a code however it was copied", () => {
    expect(codeOf(form(" 123 456"), "field")).toBe("123456");
    expect(codeOf(form("ABCD-EFGH "), "field")).toBe("ABCD-EFGH");
  });

  it("keep the hyphens of an invitation's code", () => {
    expect(codeOf(form("x-Jk9_a-c1dE"), "field")).toBe("x-Jk9_a-c1dE");
  });
});

it("sends what differs from the account, and nothing else", () => {
  const known = { name: "Ann", secondname: null, patronymic: "Ivanovna", birthdate: null, phone: null };
  const made = new FormData();
  for (const [field, value] of Object.entries({ ...known, name: " Anna ", patronymic: "" }))
    made.set(field, value ?? "");
  expect(changesOf(made, known)).toEqual({ name: "Anna", patronymic: null });
});

describe("an invitation's link", () => {
  it("says whom it is for", () => {
    expect(invitedBy("#email=ann%2B1%40example.com&code=a-b_c")).toEqual({ email: "ann+1@example.com", code: "a-b_c" });
  });

  it("is none without both", () => {
    expect(["", "#", "#email=ann%40example.com", "#code=a"].map(invitedBy)).toEqual([null, null, null, null]);
  });
});
