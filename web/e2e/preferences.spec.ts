/** What somebody is told, and how: chosen on one screen, and there again after a reload. */

import { accessible, caller, expect, fitsAPhone, legible, test, theme } from "./start";

// Quiet hours without an end, which are tried and refused.
test.use({ expectedErrors: ["400"] });

test("kinds, the daily mail, quiet hours and the time zone are chosen and kept", async ({ vera, request }) => {
  await vera.setViewportSize({ width: 360, height: 740 });
  await vera.goto("notifications");
  await vera.getByRole("main").getByRole("link", { name: "What you are told" }).click();
  const form = vera.getByRole("form", { name: "What you are told" });
  const byMail = form.getByRole("checkbox", { name: "A deadline is near: By mail" });
  const quiet = form.getByRole("checkbox", { name: "Have quiet hours" });
  const results = form.getByRole("checkbox", { name: "What came of your work" });
  await byMail.setChecked(!(await byMail.isChecked())); // another run may have switched it on
  const wanted = await byMail.isChecked();
  await results.uncheck();
  await form.getByLabel("At what hour").selectOption("7");
  await quiet.check();
  await form.getByLabel("From", { exact: true }).fill("21:30");
  await form.getByLabel("Until", { exact: true }).fill("21:30");
  const save = form.getByRole("button", { name: "Save" });
  await save.click();
  await expect(form.getByRole("alert")).toContainText("Quiet hours must end at another time");
  await expect(form.getByLabel("Until", { exact: true })).toHaveValue("21:30");
  await form.getByLabel("Until", { exact: true }).fill("06:45");
  await save.click();
  await expect(form.getByRole("status")).toHaveText("Saved");
  const zone = vera.getByRole("form", { name: "Time zone" });
  await zone.getByLabel("Time zone").selectOption("Asia/Omsk");
  await zone.getByRole("button", { name: "Save" }).click();
  await expect(zone.getByRole("status")).toHaveText("Saved");

  const owner = await caller(request, "vera");
  const told = await owner.get("/user/notifications/preferences");
  expect(told.digest).toEqual({ deadlines: true, results: false, hour: 7 });
  expect(told.quiet_hours).toEqual({ begin: "21:30", end: "06:45" });
  expect(told.kinds.find((kind: { type: string }) => kind.type === "DEADLINE_SOON").mail).toBe(wanted);
  expect((await owner.get("/me")).time_zone).toBe("Asia/Omsk");

  await vera.reload();
  await expect(form.getByLabel("From", { exact: true })).toHaveValue("21:30");
  await expect(byMail).toBeChecked({ checked: wanted });
  await expect(zone.getByLabel("Time zone")).toHaveValue("Asia/Omsk");
  await accessible(vera);
  await theme(vera, "dark");
  await legible(vera);
  await fitsAPhone(vera);

  await quiet.uncheck();
  await results.check();
  await save.click();
  await expect(form.getByRole("status")).toHaveText("Saved");
  expect((await owner.get("/user/notifications/preferences")).quiet_hours).toBeNull();
});
