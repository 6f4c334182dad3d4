import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { allBut } from "./code.queries";

describe("what one query makes old", () => {
  it("is all of tracks but itself, which would ask again and again", async () => {
    const client = new QueryClient();
    const [own, longer, other] = [
      ["tracks", 1, "fetch", 2],
      ["tracks", 1, "fetch", 2, "x"],
      ["courses", 1],
    ];
    for (const queryKey of [own, longer, other]) client.setQueryData(queryKey, "there");
    await client.invalidateQueries(allBut(own));
    const old = [own, longer, other].map((queryKey) => client.getQueryState(queryKey)?.isInvalidated);
    expect(old).toEqual([false, true, false]);
    client.clear();
  });
});
