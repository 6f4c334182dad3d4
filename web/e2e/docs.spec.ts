/** The API's documentation as somebody uses it who reads it for the first time. */

import type { Page } from "@playwright/test";
import { expect, PASSWORD, test } from "./start";

const ME = '.opblock-get:has([data-path="/me"])';

test.use({ expectedErrors: ["401"] });

test("every operation is shown, from our own server", async ({ guest }) => {
  await openDocs(guest);
  const document = await (await guest.request.get("/openapi.json")).json();
  const operations = Object.values<object>(document.paths).flatMap((path) => Object.keys(path));
  await expect(guest.locator(".opblock")).toHaveCount(operations.length);
  const hosts = await guest.evaluate(() => [
    ...new Set(performance.getEntriesByType("resource").map(({ name }) => new URL(name).host)),
  ]);
  expect(hosts).toEqual([new URL(guest.url()).host]);
});

test("a call without a token", async ({ guest }) => {
  await openDocs(guest);
  expect(await statusOfMe(guest)).toBe("401");
});

test("a call with a token", async ({ guest }) => {
  await openDocs(guest);
  const signedIn = await guest.request.post("/login", { data: { login: "pupil", password: PASSWORD } });
  await guest.locator("button.authorize").click();
  await guest
    .locator(".auth-container input")
    .first()
    .fill((await signedIn.json()).jwt_access);
  await guest.locator('.auth-container button[type="submit"]').first().click();
  await guest.locator("button.btn-done").first().click();
  expect(await statusOfMe(guest)).toBe("200");
});

test("a call with a login and a password", async ({ guest }) => {
  await openDocs(guest);
  await guest.locator("button.authorize").click();
  await guest.locator("#oauth_username").fill("pupil");
  await guest.locator("#oauth_password").fill(PASSWORD);
  await guest.locator('.auth-container button[aria-label="Apply given OAuth2 credentials"]').click();
  await expect(guest.locator('.auth-container button[aria-label="Remove authorization"]')).toBeVisible();
  await guest.locator("button.btn-done").first().click();
  expect(await statusOfMe(guest)).toBe("200");
});

async function openDocs(page: Page): Promise<void> {
  await page.goto("/docs");
  await expect(page.locator(".opblock-tag").first()).toBeVisible();
  // They are folded.
  await page.evaluate(() => {
    for (const tag of document.querySelectorAll<HTMLElement>(".opblock-tag")) tag.click();
  });
  await expect(page.locator(ME)).toBeVisible();
}

/** Tries GET /me out. */
async function statusOfMe(page: Page): Promise<string> {
  await page.locator(`${ME} .opblock-summary-control`).click();
  await page.locator(`${ME} button.try-out__btn`).click();
  await page.locator(`${ME} button.execute`).click();
  const status = page.locator(`${ME} .live-responses-table tbody .response-col_status`).first();
  const [code = ""] = (await status.textContent())?.trim().split(/\s/) ?? [];
  return code;
}
