/** Reviews in the code: comments on lines that survive, are read beside their lines, and are answered. */

import type { Page } from "@playwright/test";
import { accessible, type Caller, caller, expect, fitsAPhone, legible, look, test, theme } from "./start";

const CRITERIA = { correctness: "Does it work?", clarity: "Can you follow it?" };
const FILES = [
  { path: "leap.py", content: "year = int(input())\nleap = year % 4 == 0\nprint(leap)\n" },
  { path: "notes.md", content: "# Leap years\n" },
];

async function inReview(teacher: Caller, people: readonly Caller[]): Promise<{ track: number; assignment: number }> {
  const { id: track } = await teacher.post("/tracks", {
    title: "Read each other",
    required_participants: people.length,
    review_criteria: CRITERIA,
    criteria_options: { clarity: { comment_required: true } },
    reviews_per_user: 1,
  });
  const times = { deadline_hours: 1, review_hours: 1 };
  const { id: assignment } = await teacher.post(`/tracks/${track}/assignments`, {
    title: "Leap years",
    description: "Is it one?",
    ...times,
  });
  for (const person of people) await person.post(`/tracks/${track}/enroll`);
  for (const person of people) await person.post(`/assignments/${assignment}/submit`, { files: FILES });
  await teacher.post(`/assignments/${assignment}/close`, { stage: "submission" });
  return { track, assignment };
}

test("comments on lines survive a reload, are sent, read and answered", async ({ boris, request }) => {
  const [teacher, me, vera] = [
    await caller(request, "teacher"),
    await caller(request, "boris"),
    await caller(request, "vera"),
  ];
  const { track, assignment } = await inReview(teacher, [me, vera]);
  await boris.goto(`tracks/${track}/${assignment}/review`);
  await commentByKeys(boris);
  await commentByMouse(boris);
  await accessible(boris);
  await theme(boris, "dark");
  await legible(boris);
  await send(boris);

  const { id: mine } = await vera.get(`/assignments/${assignment}/review/submission`);
  const line_comments = [{ path: "leap.py", from_line: 2, to_line: 2, text: "And a century?", criterion: "clarity" }];
  await vera.post(`/submissions/${mine}/review`, { criteria_scores: { correctness: 4, clarity: 7 }, line_comments });
  await boris.goto(`tracks/${track}/${assignment}/results`);
  await answered(boris, "And a century?", "It is none.");
  await theme(boris, "dark");
  await accessible(boris);
  await fitsAPhone(boris);

  const { items } = await vera.get(`/submissions/${mine}/comments`);
  const thread = `/submissions/${mine}/comments/${items[0].id}/replies`;
  expect((await vera.get(thread)).items[0]).toMatchObject({ by: "author", text: "It is none.", user: null });
  await vera.post(thread, { text: "Look again" });
  await look(boris, { language: "ru", theme: "light" });
  await boris.goto("notifications");
  await boris.getByRole("link", { name: "Открыть" }).first().click();
  await expect(boris.getByRole("heading", { name: "Комментарии: Leap years" })).toBeVisible();
  await boris.getByText("2 ответа").click();
  await expect(boris.getByText("Look again")).toBeVisible();
  await accessible(boris);
});

/** Arrows lead from line to line, Shift makes them several, Enter begins a comment. */
async function commentByKeys(page: Page): Promise<void> {
  const { keyboard } = page;
  await page.getByRole("button", { name: "Line 1", exact: true }).focus();
  await keyboard.press("ArrowDown");
  await keyboard.press("Shift+ArrowDown");
  await keyboard.press("Enter");
  const remark = page.getByLabel("On lines 2 to 3");
  await expect(remark).toBeFocused();
  await keyboard.type("Print it at once");
  await page.getByLabel("Criterion").selectOption("clarity");
  await expect(page.getByText("Kept on all your devices.")).toBeVisible();
  await page.reload();
  await expect(remark).toHaveValue("Print it at once");
  await expect(page.getByLabel("Criterion")).toHaveValue("clarity");
}

async function commentByMouse(page: Page): Promise<void> {
  await page.getByRole("button", { name: /notes\.md/ }).click();
  await page.getByRole("button", { name: "Line 1", exact: true }).click();
  await page.getByLabel("On line 1").fill("Nothing in it");
  await expect(page.getByRole("button", { name: /notes\.md/ })).toContainText("1 comment");
  await page.getByRole("button", { name: "Remove the comment: On line 1" }).click();
  await expect(page.getByLabel("On line 1")).toHaveCount(0);
  await page.getByRole("button", { name: /leap\.py/ }).click();
  await expect(page.getByLabel("On lines 2 to 3")).toHaveValue("Print it at once");
}

async function send(page: Page): Promise<void> {
  for (const name of Object.keys(CRITERIA)) {
    await page.getByRole("radiogroup", { name }).getByRole("radio", { name: "8", exact: true }).check();
  }
  await page.getByLabel("On the whole").focus();
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("Sent. That was the last.")).toBeVisible();
}

async function answered(page: Page, comment: string, answer: string): Promise<void> {
  await expect(page.getByRole("heading", { name: "Comments on lines" })).toBeVisible();
  const thread = page.getByRole("article").filter({ hasText: comment });
  await thread.getByText("Answer").first().click();
  await thread.getByLabel("Your answer").fill(answer);
  await thread.getByRole("button", { name: "Answer" }).click();
  await expect(thread.getByText("Answered.")).toBeVisible();
  await expect(thread.getByRole("listitem")).toContainText(answer);
}
