import { describe, expect, it } from "vitest";
import { render } from "./markdown";

describe("statements", () => {
  it("show HTML as text", async () => {
    expect(await render('<img src=x onerror="alert(1)">')).toContain("&lt;img");
  });

  it("have no link of an odd scheme", async () => {
    expect(await render("[a](javascript:alert(1))")).not.toContain("href");
  });

  it("do not tell other sites where somebody came from", async () => {
    expect(await render("https://example.com")).toContain('rel="noopener noreferrer nofollow"');
  });

  it("leave the first heading to the page", async () => {
    expect(await render("# Input\n\n###### deep")).toBe("<h2>Input</h2>\n<h6>deep</h6>\n");
  });

  it("set formulas", async () => {
    const html = await render("Given $a_i \\le 10^9$ and\n\n$$\\sum a_i$$");
    expect(html.match(/class="katex"/g)).toHaveLength(2);
    expect(html).toContain("katex-display");
  });

  it("take prices for prices", async () => {
    expect(await render("It costs $5 or $ 6 $.")).toContain("It costs $5 or $ 6 $.");
  });

  it("show a broken formula as it was written", async () => {
    expect(await render("$\\frac{1$")).toContain("\\frac{1");
  });
});
