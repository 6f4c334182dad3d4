/** Every screen in both languages and themes: no finding of axe, nothing wider than a phone, no error on the console. */

import type { Page } from "@playwright/test";
import { accessible, arrived, expect, fitsAPhone, legible, look, test, theme } from "./start";

const FOR_GUESTS = [
  "",
  "courses",
  "courses/1",
  "tracks",
  "sign-in",
  "sign-up",
  "password",
  "notifications",
  "join/group-1-no-such-code",
  "invited#email=ann%40example.com&code=no-such-code",
  "no-such-page",
];
const FOR_PUPILS = [
  "",
  "courses",
  "courses/1",
  "courses/1/1",
  "courses/1/1/2",
  "notifications",
  "account",
  "account/notifications",
];
const OF_TRACKS = [
  "tracks",
  "tracks/1",
  "tracks/2",
  "tracks/2?part=standings",
  "tracks/2?part=rules",
  "tracks/2/22/review",
  "tracks/2/21/results",
  "tracks/2/21/written",
  "tracks/2/21/threads",
  "tracks/3/31",
];

const OF_TEACHERS = [
  "tracks/2",
  "tracks/2/queue",
  "tracks/2/appeals/2131",
  "tracks/2/21/results",
  "tracks/new/edit",
  "tracks/1/edit",
  "tracks/1/edit/new",
  "tracks/1/edit/1",
];

/** Milliseconds for each screen, which is loaded once and looked at four times, beside whatever else the machine does. */
const FOR_A_SCREEN = 30_000;

async function inspect(page: Page, path: string, language: "en" | "ru"): Promise<void> {
  await test.step(path, async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(path);
    await arrived(page);
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await accessible(page);
    await theme(page, "dark");
    await legible(page);
    await fitsAPhone(page);
  });
}

for (const language of ["en", "ru"] as const) {
  test(`a guest's screens: ${language}`, async ({ guest }) => {
    test.setTimeout(FOR_A_SCREEN * FOR_GUESTS.length);
    await look(guest, { language, theme: "light" });
    for (const path of FOR_GUESTS) await inspect(guest, path, language);
  });

  const screensOf = async (page: Page, paths: readonly string[]): Promise<void> => {
    test.setTimeout(FOR_A_SCREEN * paths.length);
    await look(page, { language, theme: "light" });
    for (const path of paths) await inspect(page, path, language);
  };

  if (language === "en") test("a pupil's screens: en", ({ pupil }) => screensOf(pupil, FOR_PUPILS));
  else test("a pupil's screens: ru", ({ boris }) => screensOf(boris, FOR_PUPILS));

  test(`the screens of tracks: ${language}`, ({ vera }) => screensOf(vera, OF_TRACKS));

  test(`the screens of a track's teachers: ${language}`, ({ teacher }) => screensOf(teacher, OF_TEACHERS));
}
