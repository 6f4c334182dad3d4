import { expect, it } from "vitest";
import { Changed, Refused } from "~/lib/keeper";
import { ApiError, Unreachable } from "./errors";
import { asSchool } from "./keeping";

const failing = (error: Error) => asSchool({ read: () => Promise.reject(error), save: () => Promise.reject(error) });
const answered = (status: number) => new ApiError(status, "", "", "");

it.each([400, 403, 404, 413, 422])("tells that asking again is no use: %d", async (status) => {
  await expect(failing(answered(status)).save("x", "0")).rejects.toBeInstanceOf(Refused);
  await expect(failing(answered(status)).read()).rejects.toBeInstanceOf(Refused);
});

it.each([answered(401), answered(409), answered(429), answered(503), new Unreachable()])(
  "leaves what passes as it is: %o",
  async (error) => {
    await expect(failing(error).save("x", "0")).rejects.toBe(error);
  },
);

it("tells that something else is kept", async () => {
  await expect(failing(answered(412)).save("x", "0")).rejects.toBeInstanceOf(Changed);
});
