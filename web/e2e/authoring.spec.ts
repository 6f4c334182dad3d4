/** A teacher makes a track with a judged assignment through the forms, a pupil finds it, and its stages are moved. */

import type { APIRequestContext, Page } from "@playwright/test";
import { accessible, arrived, caller, expect, fitsAPhone, keptDrafts, legible, signIn, test, theme } from "./start";

// What the API refuses is typed on purpose.
test.use({ expectedErrors: ["400 (Bad Request)"] });

test("a teacher makes a track, a pupil finds it, and it is led to its end", async ({ teacher, request }) => {
  const title = `Sums, read twice ${Date.now()}`;
  await teacher.goto("tracks");
  await teacher.getByRole("link", { name: "New track" }).click();
  await makesTrack(teacher, title);
  await makesAssignment(teacher);
  await sharesIt(teacher, request);

  await teacher.getByText("Invite by a link").click();
  await teacher.getByRole("button", { name: "Make a link" }).click();
  const link = teacher.getByText("/app/join/track-");
  await expect(link).toBeVisible();
  await accessible(teacher);
  const invitation = (await link.textContent()) ?? "";

  await signIn(teacher, "pupil");
  await teacher.goto(invitation);
  await teacher.getByRole("button", { name: "Join" }).click();
  await teacher.getByRole("link", { name: "Open" }).click();
  await expect(teacher.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await expect(teacher.getByRole("link", { name: "A sum" })).toBeVisible();
  await expect(teacher.getByRole("region", { name: "For its teachers" })).toHaveCount(0);

  // The second one starts it.
  const track = Number(teacher.url().split("/").at(-1));
  await (await caller(request, "boris")).post(`/tracks/${track}/enroll`);
  await signIn(teacher, "teacher");
  await teacher.goto(`tracks/${track}`);
  await givesMoreTime(teacher);
  await endsSendingIn(teacher);
});

async function sharesIt(page: Page, request: APIRequestContext): Promise<void> {
  const name = `Zoya${Date.now()}`;
  await (await caller(request, "admin")).post("/user/teachers", { email: `${name}@lyceum.example`, name });
  const part = page.getByRole("region", { name: "For its teachers" });
  await part.getByText("Who teaches the track").click();
  await part.getByLabel("Find a teacher").fill(name.toLowerCase());
  await part.getByLabel("Find a teacher").press("Enter");
  await part.getByRole("button", { name: `Let teach ${name}` }).click();
  await expect(part.getByText("teaches it already")).toBeVisible();
  await accessible(page);
  await part.getByRole("button", { name: `Remove ${name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(part.getByRole("button", { name: `Let teach ${name}` })).toBeVisible();
  await part.getByText("Who teaches the track").click();
}

/** Faults are told at their fields, the page's own and the API's; what was typed stays. */
async function givesMoreTime(page: Page): Promise<void> {
  const part = page.getByRole("region", { name: "For its teachers" });
  await part.getByText("More time for one participant").click();
  await part.getByLabel("Participant").selectOption({ index: 1 });
  const give = part.getByRole("button", { name: "Give them more time" });
  await give.click();
  const until = part.getByLabel("Sending in until");
  await expect(until).toBeFocused();
  await part.getByLabel("Reason").fill("Was ill");
  await until.fill("2020-01-01T10:00");
  await give.click();
  await expect(part.getByText("An extension is later than the deadline")).toBeVisible();
  await expect(part.getByLabel("Reason")).toHaveValue("Was ill");
  await seen(page);
  const later = new Date(Date.now() + 300 * 24 * 3600 * 1000).toISOString().slice(0, 16);
  await until.fill(later);
  await give.click();
  await expect(part.getByText("has more time now.")).toBeVisible();
  await part.getByRole("button", { name: /^Change/ }).click();
  await expect(part.getByLabel("Participant")).toBeFocused();
  await expect(until).toHaveValue(later);
  await part.getByRole("button", { name: /^Take back/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
  await expect(part.getByText("Nobody has more time here")).toBeVisible();
  await part.getByText("More time for one participant").click();
}

async function endsSendingIn(page: Page): Promise<void> {
  const part = page.getByRole("region", { name: "For its teachers" });
  await part.getByText("More time, or an end").click();
  await part.getByLabel("Sending in until").fill("2099-01-01T10:00");
  await part.getByRole("button", { name: "Give more time" }).click();
  await expect(part.getByRole("alert")).toBeVisible();
  await expect(part.getByLabel("Sending in until")).toHaveValue("2099-01-01T10:00");
  await accessible(page);
  await part.getByRole("button", { name: "End sending in now" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End sending in now" }).click();
  await expect(part.getByText("Let sending in run again")).toBeVisible();
}

/** Nothing is lost: not for a fault, not for a reload. */
async function makesTrack(page: Page, title: string): Promise<void> {
  const make = page.getByRole("button", { name: "Make the track" });
  await make.click();
  await expect(page.getByLabel("Title")).toBeFocused();
  await expect(page.getByRole("alert")).toHaveText("Write something here.");
  await page.getByLabel("Title").fill(title);
  await page.getByRole("button", { name: "Up Clarity" }).click();
  await expect(page.getByRole("button", { name: "Down Clarity" })).toBeFocused();
  await page.getByRole("button", { name: "Add a criterion" }).click();
  await page.getByRole("textbox", { name: "Criterion 3" }).fill("Tests");
  await page.getByLabel("needs a comment Tests").check();
  await page.getByLabel("Participants").fill("1");
  await expect.poll(() => page.evaluate(keptDrafts)).toContain('"participants":"1"');
  await page.reload();
  await make.click();
  const people = page.getByLabel("Participants");
  await expect(people).toHaveAttribute("aria-invalid", "true");
  await expect(people).toBeFocused();
  await people.fill("2");
  await page.getByText("More settings").click();
  await seen(page);
  await make.click();
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await page.getByRole("tab", { name: "How it is reviewed" }).click();
  await expect(page.getByRole("tabpanel").locator("dt")).toHaveText(["Clarity", "Correctness", "Tests"]);
}

async function makesAssignment(page: Page): Promise<void> {
  const part = page.getByRole("region", { name: "For its teachers" });
  await part.getByRole("link", { name: "Add an assignment" }).click();
  await page.getByLabel("Title").fill("A sum");
  await page.getByLabel("What is to be done").first().fill("Add **two** numbers.");
  await page.getByText("How it will look: What is to be done").click();
  await expect(page.locator("strong", { hasText: "two" })).toBeVisible();
  await page.getByLabel("What late work costs").selectOption("steps");
  await expect(page.getByText("Late work costs 25% of the points.")).toBeVisible();
  const search = page.getByLabel("Find a problem");
  await search.fill("a + b");
  await search.press("Enter");
  await page.getByRole("button", { name: /^Choose A \+ B/ }).click();
  await page.getByLabel("When authors learn the verdict").selectOption("after_deadline");
  await page.getByText("More settings").click();
  await seen(page);
  await page.getByRole("button", { name: "Add an assignment" }).click();
  await expect(part.getByText("Change assignments")).toBeVisible();
}

/** In both themes, and on a phone. */
async function seen(page: Page): Promise<void> {
  await arrived(page);
  await accessible(page);
  await theme(page, "dark");
  await legible(page);
  await fitsAPhone(page);
  await theme(page, "light");
  await page.setViewportSize({ width: 1280, height: 800 });
}
