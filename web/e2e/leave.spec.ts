import { accessible, expect, test } from "./start";

// A course that one does not attend is a 403, of which its card is shown.
test.use({ expectedErrors: ["403"] });

test("who leaves a course is asked first, and may come back", async ({ boris }) => {
  await boris.goto("courses/1");
  const attend = boris.getByRole("button", { name: "Attend this course" });
  const leave = boris.getByRole("button", { name: "Leave this course" });
  await expect(attend.or(leave).first()).toBeVisible();
  if (await attend.isVisible()) await attend.click(); // another run may have left them in it
  await leave.click();
  const dialog = boris.getByRole("dialog");
  await expect(dialog).toContainText("What you have solved is kept");
  await accessible(boris);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(leave).toBeVisible();
  await leave.click();
  await dialog.getByRole("button", { name: "Leave this course" }).click();
  await expect(attend).toBeVisible();
  await expect(leave).toHaveCount(0);
  await attend.click();
  await expect(leave).toBeVisible();
});
