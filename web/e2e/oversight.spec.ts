/** What follows reviews: ratings, an appeal, its decision, and what teachers do about careless reviews. */

import type { Page } from "@playwright/test";
import {
  accessible,
  arrived,
  type Caller,
  caller,
  expect,
  fitsAPhone,
  keptDrafts,
  legible,
  look,
  signIn,
  test,
  theme,
} from "./start";

const CRITERIA = { correctness: "Does it work?", clarity: "Can you follow it?" };
const FILES = [{ path: "leap.py", content: "print(int(input()) % 4 == 0)\n" }];
const SAID = [{ path: "leap.py", from_line: 1, to_line: 1, text: "And a century?", criterion: "clarity" }];

type Reviewed = { track: number; assignment: number };

/** Each of three has reviewed the others, with words; Boris gave the others nothing. */
async function reviewed(teacher: Caller, people: readonly [Caller, Caller, Caller]): Promise<Reviewed> {
  const { id: track } = await teacher.post("/tracks", {
    title: "Answered reviews",
    required_participants: people.length,
    review_criteria: CRITERIA,
    reviews_per_user: 2,
  });
  const { id: assignment } = await teacher.post(`/tracks/${track}/assignments`, {
    title: "Leap years",
    description: "Is it one?",
    deadline_hours: 1,
    review_hours: 1,
  });
  for (const person of people) await person.post(`/tracks/${track}/enroll`);
  for (const person of people) await person.post(`/assignments/${assignment}/submit`, { files: FILES });
  await teacher.post(`/assignments/${assignment}/close`, { stage: "submission" });
  for (const person of people) {
    const points = person === people[0] ? 0 : 9;
    const body = { criteria_scores: { correctness: points, clarity: points }, comment: "So I think" };
    for (const _ of [1, 2]) {
      const id = await nextOf(person, assignment);
      await person.post(`/submissions/${id}/review`, { ...body, line_comments: SAID });
    }
  }
  await expect.poll(async () => (await teacher.get(`/assignments/${assignment}`)).current_stage).toBe("completed");
  return { track, assignment };
}

/** What is to be reviewed next, as soon as it is handed out. */
async function nextOf(person: Caller, assignment: number): Promise<number> {
  let found: { id?: number; code?: string } = {};
  const ask = async (): Promise<string | undefined> => {
    found = await person.get(`/assignments/${assignment}/review/submission`);
    return found.code;
  };
  await expect.poll(ask).toBeUndefined();
  return found.id ?? 0;
}

test("reviews are rated, contested, decided on and withheld", async ({ guest, request }) => {
  const teacher = await caller(request, "teacher");
  const [boris, vera] = [await caller(request, "boris"), await caller(request, "vera")];
  const { track, assignment } = await reviewed(teacher, [boris, vera, await caller(request, "pupil")]);
  const page = guest;
  await signIn(page, "vera");
  await page.goto(`tracks/${track}/${assignment}/results`);
  await rate(page);
  await appeal(page);
  await inspected(page);

  await look(page, { language: "en", theme: "light" });
  await signIn(page, "teacher");
  await page.goto(`tracks/${track}`);
  await page.getByRole("link", { name: /What is to be looked at/ }).click();
  await arrived(page);
  await expect(page.getByRole("article").first()).toContainText("Its author appeals");
  await fairness(page);
  await inspected(page);
  await page.getByRole("link", { name: "See the appeal" }).click();
  await decide(page);
  await hide(page);
  await inspected(page);
  const { reviews } = await vera.get(`/assignments/${assignment}/reviews`).then(({ results }) => results[0]);
  expect(reviews).toHaveLength(1);

  await look(page, { language: "ru", theme: "dark" });
  await signIn(page, "boris");
  await page.goto(`tracks/${track}/${assignment}`);
  await page.getByRole("link", { name: "Рецензии, которые вы написали" }).click();
  await expect(page.getByText("Учитель скрыл эту рецензию.")).toBeVisible();
  await expect(page.getByText("Учитель решил")).toBeVisible();
  await inspected(page);
  await page
    .getByRole("link", { name: /Комментарии к строкам и ответы/ })
    .first()
    .click();
  await expect(page.getByRole("heading", { name: "Комментарии: Leap years" })).toBeVisible();
});

/** The keyboard chooses, which is saved at once; the word is saved by its button. */
async function rate(page: Page): Promise<void> {
  const rating = page.getByRole("group", { name: "How helpful was review 1?" });
  await rating.getByRole("radio", { name: /^3/ }).focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await expect(rating.getByRole("radio", { name: /^4/ })).toBeChecked();
  await expect(rating.getByText("Saved.")).toBeVisible();
  await rating.getByLabel("A word why, if you like").fill("It names the line");
  await rating.getByRole("button", { name: "Save the word" }).click();
  await expect(rating.getByText("Saved.")).toBeVisible();
  await page.reload();
  await expect(rating.getByRole("radio", { name: /^4/ })).toBeChecked();
  await expect(rating.getByLabel("A word why, if you like")).toHaveValue("It names the line");
}

async function appeal(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Appeal", exact: true }).click();
  await expect(page.getByText("Say what is wrong.")).toBeVisible();
  await page.getByLabel("What is wrong, and why").fill("It works; nothing is no mark for it");
  // What the browser has not stored when the page goes away is lost: a moment that nobody sees, but this test is quicker.
  await expect.poll(() => page.evaluate(keptDrafts)).toContain("nothing is no mark");
  await page.reload();
  await expect(page.getByLabel("What is wrong, and why")).toHaveValue("It works; nothing is no mark for it");
  await page.getByLabel("Criterion", { exact: true }).selectOption("correctness");
  await page.getByRole("button", { name: "Appeal", exact: true }).click();
  await expect(page.getByText("Your appeal waits for a teacher's decision.")).toBeVisible();
  await expect(page.getByRole("article").filter({ hasText: "nothing is no mark" })).toContainText("Open");
}

async function fairness(page: Page): Promise<void> {
  await page.getByRole("group").getByText("Leap years", { exact: true }).click();
  await expect(page.getByText("Reviews, the fewest")).toBeVisible();
  await expect(page.getByText("2 of 2").first()).toBeVisible();
}

async function decide(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Decide", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Decide" });
  await dialog.getByRole("radiogroup", { name: "correctness" }).getByRole("radio", { name: "9", exact: true }).check();
  await dialog.getByRole("button", { name: "Decide" }).click();
  await expect(dialog.getByText("Give a reason.")).toBeVisible();
  await accessible(page);
  await dialog.getByLabel("Reason").fill("It does work");
  await dialog.getByRole("button", { name: "Decide" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText("It does work")).toBeVisible();
  await expect(page.getByText("Upheld")).toBeVisible();
  await expect(page.getByRole("button", { name: "Decide otherwise" })).toBeVisible();
}

/** The review that gave nothing. */
async function hide(page: Page): Promise<void> {
  const careless = page.getByRole("article").filter({ hasText: "correctness: 0" });
  await careless.getByRole("button", { name: /^Hide/ }).click();
  const dialog = page.getByRole("dialog", { name: /^Hide the review by/ });
  await dialog.getByLabel("Reason").fill("Points without a look");
  await dialog.getByRole("button", { name: "Hide" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(careless.getByRole("button", { name: /^Show again/ })).toBeVisible();
}

/** In both themes, and on a phone. */
async function inspected(page: Page): Promise<void> {
  await accessible(page);
  await theme(page, "dark");
  await legible(page);
  await fitsAPhone(page);
  await theme(page, "light");
  await page.setViewportSize({ width: 1280, height: 800 });
}
