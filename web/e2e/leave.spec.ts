import { accessible, caller, expect, test } from "./start";

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

test.describe(() => {
  // Nor are the assignments of a track shown to who does not take part.
  test.use({ expectedErrors: ["/assignments"] });

  test("who leaves a track before it begins is asked first, and makes room for another", async ({ boris, request }) => {
    const teacher = await caller(request, "teacher");
    const { id: track } = await teacher.post("/tracks", {
      title: "A track to leave",
      description: "It waits for two.",
      required_participants: 2,
      reviews_per_user: 1,
      review_criteria: { style: "Is it easy to read?" },
      max_score: 5,
    });
    await teacher.post(`/tracks/${track}/assignments`, { title: "One", description: "Do it.", deadline_hours: 24 });
    await boris.goto(`tracks/${track}`);
    const leave = boris.getByRole("button", { name: "Leave the track" });
    const join = boris.getByRole("button", { name: "Take part" });
    await join.click();
    await leave.click();
    const dialog = boris.getByRole("dialog");
    await expect(dialog).toContainText("Leave “A track to leave”?");
    await accessible(boris);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect((await teacher.get(`/tracks/${track}`)).current_participants).toBe(1);
    await leave.click();
    await dialog.getByRole("button", { name: "Leave the track" }).click();
    await expect(join).toBeVisible();
    await expect(leave).toHaveCount(0);
    expect((await teacher.get(`/tracks/${track}`)).current_participants).toBe(0);
    await boris.reload();
    await expect(join).toBeVisible();
  });
});
