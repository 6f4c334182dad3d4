import { describe, expect, it } from "vitest";
import { isPlain, paragraphs } from "./plain";

describe("a text", () => {
  it.each(["Two words.", "Первая строка\nвторая", "A dash - and 3.5 (in brackets)."])("is plain: %s", (text) => {
    expect(isPlain(text)).toBe(true);
  });

  it.each([
    "**bold**",
    "# Head",
    "Head\n====",
    "- item",
    "1. item",
    "a $x$",
    "`code`",
    "<b>",
    "https://example.com",
    "a &amp; b",
    "    code",
    "| a |",
  ])("is Markdown: %s", (text) => {
    expect(isPlain(text)).toBe(false);
  });
});

it("has a paragraph between blank lines", () => {
  expect(paragraphs("one\ntwo\n \n three\n\n\n")).toEqual(["one\ntwo", "three"]);
});
