/** Tracks: from enrolling to the results, with the keyboard where it counts. */

import type { Browser, Page } from "@playwright/test";
import { accessible, type Caller, caller, expect, keptDrafts, look, test } from "./start";

const CRITERIA = { correctness: "Does it work?", clarity: "Can you follow it?" };
const HOUR = 1;

async function newTrack(teacher: Caller): Promise<{ track: number; assignment: number }> {
  const { id: track } = await teacher.post("/tracks", {
    title: "A track for two",
    required_participants: 2,
    review_criteria: CRITERIA,
    max_score: 10,
    reviews_per_user: 1,
  });
  const { id: assignment } = await teacher.post(`/tracks/${track}/assignments`, {
    title: "Leap years",
    description: "Is a year a **leap year**?",
    deadline_hours: HOUR,
    review_hours: HOUR,
  });
  return { track, assignment };
}

const now = (page: Page) => page.getByRole("region", { name: "Now" });

test.describe(() => {
  // The link that is none is refused.
  test.use({ expectedErrors: ["/submit"] });

  test("from enrolling to the results", async ({ pupil, request }) => {
    const [teacher, boris] = [await caller(request, "teacher"), await caller(request, "boris")];
    const { track, assignment } = await newTrack(teacher);
    await boris.post(`/tracks/${track}/enroll`);

    await pupil.goto(`tracks/${track}`);
    await expect(now(pupil)).toContainText("You are the last one it waits for");
    await pupil.getByRole("button", { name: "Take part" }).click();
    // Nobody reloads: the frame says that it has begun.
    await expect(now(pupil)).toContainText("Write “Leap years” and send it in.");
    await pupil.getByRole("link", { name: "To the assignment" }).click();

    await pupil.getByLabel("Link to the repository").fill("not a link");
    await pupil.getByRole("button", { name: "Send in" }).click();
    await expect(pupil.getByRole("alert")).toContainText("https://");
    await pupil.getByLabel("Link to the repository").fill("https://code.example/polina/leap");
    await pupil.getByRole("button", { name: "Send in" }).click();
    await expect(now(pupil)).toContainText("You have sent in “Leap years”");
    // The form gave way to what was sent in: that is said, and nothing of the form is kept.
    await expect(pupil.getByRole("heading", { name: "Your solution" })).toBeFocused();
    await expect(pupil.getByText("Sent. You can replace it")).toBeVisible();
    await expect.poll(() => pupil.evaluate(keptDrafts)).not.toContain("polina/leap");
    await expect(pupil.getByText("Code is not fetched from this host.")).toBeVisible();
    await pupil.getByLabel("New note").fill("A century is a trap");
    await pupil.getByRole("button", { name: "Write it down" }).click();
    await expect(pupil.getByText("A century is a trap", { exact: true })).toBeVisible();
    await expect(pupil.getByLabel("New note")).toHaveValue("");

    await boris.post(`/assignments/${assignment}/submit`, { repository_url: "https://code.example/boris/leap" });
    await teacher.post(`/assignments/${assignment}/close`, { stage: "submission" });
    await expect(now(pupil)).toContainText("Review 1 solution");
    await pupil.getByRole("link", { name: "Review now" }).click();
    await reviewByKeys(pupil);

    const { id: mine } = await boris.get(`/assignments/${assignment}/review/submission`);
    const review = { criteria_scores: { correctness: 7, clarity: 3 }, criteria_comments: { clarity: "Short names" } };
    await boris.post(`/submissions/${mine}/review`, { ...review, comment: "It works" });
    await pupil.reload();
    await pupil.getByRole("link", { name: "See results" }).click();
    await expect(pupil.getByText("10 of 20 points")).toBeVisible();
    await expect(pupil.getByRole("listitem").filter({ hasText: "clarity" })).toContainText("Short names");
    await expect(pupil.getByText("It works")).toBeVisible();
  });
});

/** `leap-main/leap.py` and a picture, which is no text. */
const ARCHIVE =
  "UEsDBBQAAAAAAAAAIQB15s4hDgAAAA4AAAARAAAAbGVhcC1tYWluL2xlYXAucHlwcmludCgnbGVhcCcpClBLAwQUAAAAAAAAACEAdY/DAwkAAAAJ" +
  "AAAAEgAAAGxlYXAtbWFpbi9sb2dvLnBuZ4lQTkcNChoKAFBLAQIUAxQAAAAAAAAAIQB15s4hDgAAAA4AAAARAAAAAAAAAAAAAACAAQAAAABsZWFw" +
  "LW1haW4vbGVhcC5weVBLAQIUAxQAAAAAAAAAIQB1j8MDCQAAAAkAAAASAAAAAAAAAAAAAACAAT0AAABsZWFwLW1haW4vbG9nby5wbmdQSwUGAAAA" +
  "AAIAAgB/AAAAdgAAAAAA";

test("code is sent in as files, replaced by an archive, and read", async ({ vera, request }) => {
  const [teacher, boris] = [await caller(request, "teacher"), await caller(request, "boris")];
  const { track, assignment } = await newTrack(teacher);
  await boris.post(`/tracks/${track}/enroll`);
  await (await caller(request, "vera")).post(`/tracks/${track}/enroll`);
  await vera.goto(`tracks/${track}/${assignment}`);
  const choice = vera.getByLabel("Files, or a zip archive");
  const text = (name: string, content: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(content) });
  await choice.setInputFiles([text("leap.py", "print('lap')\n"), text("notes.md", "# Leap\n")]);
  await vera.getByRole("button", { name: "Remove notes.md" }).click();
  await vera.getByRole("button", { name: "Send in" }).click();
  await vera.getByText("Show the code").click();
  await expect(vera.getByRole("region", { name: "File leap.py" })).toContainText("print('lap')");

  await vera.getByText("Send something else").click();
  await choice.setInputFiles({ name: "a.zip", mimeType: "application/zip", buffer: Buffer.from(ARCHIVE, "base64") });
  await vera.getByRole("button", { name: "Replace" }).click();
  // It is still open, and shows what stands now.
  await vera.getByText("1 thing was left out of the archive").click();
  await expect(vera.getByText("logo.png")).toBeVisible();
  await vera.getByLabel("What is shown").selectOption("changes");
  await expect(vera.getByRole("row").filter({ hasText: "print('lap')" })).toHaveClass("removed");
  await expect(vera.getByRole("row").filter({ hasText: "print('leap')" })).toHaveClass("added");
  await accessible(vera);
  await vera.setViewportSize({ width: 360, height: 740 });
  expect(await vera.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);

  const files = [{ path: "leap.js", content: "leap();\n" }];
  await boris.post(`/assignments/${assignment}/submit`, { files });
  await teacher.post(`/assignments/${assignment}/close`, { stage: "submission" });
  await vera.goto(`tracks/${track}/${assignment}/review`);
  await expect(vera.getByRole("region", { name: "File leap.js" })).toContainText("leap();");
  await accessible(vera);
});

/** The rubric with the keyboard alone: a digit chooses, an arrow corrects; what is written outlives a reload. */
async function reviewByKeys(page: Page): Promise<void> {
  const { keyboard } = page;
  await expect(page.getByRole("heading", { name: "Solution 1 of 1" })).toBeVisible();
  await page.getByRole("radiogroup", { name: "correctness" }).getByRole("radio").first().focus();
  await keyboard.press("1");
  await keyboard.press("0");
  await expect(page.getByRole("group", { name: "correctness" }).getByText("10 of 10")).toBeVisible();
  await keyboard.press("Control+Enter");
  await expect(page.getByRole("alert").filter({ hasText: "Choose the points" })).toBeVisible();
  await keyboard.press("8");
  await keyboard.press("ArrowRight");
  await keyboard.press("Tab");
  await keyboard.type("Well named");
  // What the browser has not stored when the page goes away is lost: a moment that nobody sees, but this test is quicker.
  await expect.poll(() => page.evaluate(keptDrafts)).toContain("Well named");
  await page.reload();
  await expect(page.getByRole("group", { name: "clarity" }).getByText("9 of 10")).toBeVisible();
  await expect(page.getByLabel("What you say of “clarity”")).toHaveValue("Well named");
  await page.getByLabel("On the whole").focus();
  await keyboard.press("Control+Enter");
  await expect(page.getByText("Sent. That was the last.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Nothing left to review" })).toBeFocused();
  await expect(page.getByText("You have written all reviews that you owe.")).toBeVisible();
}

test("a teacher reads along and reviews, a guest is led to sign in", async ({ teacher, browser }) => {
  await teacher.goto("tracks/2/22/results");
  await teacher.getByText("pupil", { exact: true }).click();
  await expect(teacher.getByText("By criterion").first()).toBeVisible();
  await accessible(teacher);
  await teacher.goto("tracks/2/22/review");
  await teacher.getByLabel("Choose a solution").selectOption({ index: 1 });
  await expect(teacher.getByRole("radiogroup", { name: "clarity" })).toBeVisible();
  await guestIsLed(browser);
});

async function guestIsLed(browser: Browser): Promise<void> {
  const guest = await browser.newPage();
  await look(guest, { language: "en", theme: "light" });
  await guest.goto("tracks");
  await guest.getByRole("link", { name: /Sorting and searching/ }).click();
  await expect(guest.getByText("Sign in to see this track")).toBeVisible();
  await expect(guest.getByRole("main").getByRole("link", { name: "Sign in" })).toHaveAttribute("href", /back=/);
}
