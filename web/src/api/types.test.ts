import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { apiTypes } from "../../api-types.mjs";

it("the types are those of the API's documents (make openapi)", async () => {
  for (const [name, text] of Object.entries(await apiTypes())) {
    expect(
      readFileSync(new URL(name, import.meta.url), "utf8") === text,
      `${name} is not what make openapi writes`,
    ).toBe(true);
  }
}, 60_000);
