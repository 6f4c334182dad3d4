/** The API's documentation as somebody uses it who reads it for the first time. */

import type { Page } from "@playwright/test";
import { expect, PASSWORD, test } from "./start";

const ME = '.opblock-get:has([data-path="/me"])';

test.use({ expectedErrors: ["401"] });

test("every operation is shown, from our own server", async ({ guest }) => {
  const { paths } = await (await guest.request.get("/openapi.json")).json();
  await openDocs(guest, ".opblock-tag");
  const operations = Object.values<object>(paths).flatMap((path) => Object.keys(path));
  await expect(guest.locator(".opblock")).toHaveCount(operations.length);
  const hosts = await guest.evaluate(() => [
    ...new Set(performance.getEntriesByType("resource").map(({ name }) => new URL(name).host)),
  ]);
  expect(hosts).toEqual([new URL(guest.url()).host]);
});

test("a call without a token, with one, and by a login and a password", async ({ guest }) => {
  const { paths } = await (await guest.request.get("/openapi.json")).json();
  // Its section alone: with hundreds of operations unfolded each click draws them all again.
  await openDocs(guest, `#operations-tag-${paths["/me"].get.tags[0]}`);
  await guest.locator(`${ME} .opblock-summary-control`).click();
  await guest.locator(`${ME} button.try-out__btn`).click();
  await meAnswers(guest, "401");
  const signedIn = await guest.request.post("/login", { data: { login: "pupil", password: PASSWORD } });
  const { jwt_access } = await signedIn.json();
  await authorize(guest, async () => {
    await guest.locator(".auth-container input").first().fill(jwt_access);
    await guest.locator('.auth-container button[type="submit"]').first().click();
  });
  await meAnswers(guest, "200");
  await authorize(guest, () => guest.locator('.auth-container button[aria-label="Remove authorization"]').click());
  await meAnswers(guest, "401");
  await authorize(guest, async () => {
    await guest.locator("#oauth_username").fill("pupil");
    await guest.locator("#oauth_password").fill(PASSWORD);
    await guest.locator('.auth-container button[aria-label="Apply given OAuth2 credentials"]').click();
    await expect(guest.locator('.auth-container button[aria-label="Remove authorization"]')).toBeVisible();
  });
  await meAnswers(guest, "200");
});

/** With those sections unfolded. */
async function openDocs(page: Page, sections: string): Promise<void> {
  await page.goto("/docs");
  await expect(page.locator(sections).first()).toBeVisible();
  await page.evaluate((chosen) => {
    for (const section of document.querySelectorAll<HTMLElement>(chosen)) section.click();
  }, sections);
  await expect(page.locator(ME)).toBeVisible();
}

async function authorize(page: Page, say: () => Promise<void>): Promise<void> {
  await page.locator("button.authorize").click();
  await say();
  await page.locator("button.btn-done").first().click();
}

/** Tries GET /me out. */
async function meAnswers(page: Page, status: string): Promise<void> {
  await page.locator(`${ME} button.execute`).click();
  const shown = page.locator(`${ME} .live-responses-table tbody .response-col_status`).first();
  await expect(shown).toHaveText(new RegExp(`^\\s*${status}`));
}
