import { expect, it } from "vitest";
import { once } from "./once";

it("keeps what is on two pages in its first place, as it was read last", () => {
  const pages = [
    { id: 7, status: "waiting" },
    { id: 5, status: "waiting" },
    { id: 7, status: "active" },
  ];
  expect(once(pages)).toEqual([
    { id: 7, status: "active" },
    { id: 5, status: "waiting" },
  ]);
});
