/** What every journey begins with: pages of people who are signed in, and what must hold on all of them. */

import { AxeBuilder } from "@axe-core/playwright";
import { type APIRequestContext, test as base, expect, type Page } from "@playwright/test";

export const PASSWORD = "lyceum-demo-1";
const BASE = process.env["LYCEUM_URL"] ?? "http://localhost:8000";

export type Look = { language: "en" | "ru"; theme: "light" | "dark" };

type People = {
  /** Errors that a journey brings about on purpose: a console message that contains one of these is none. */
  expectedErrors: string[];
  guest: Page;
  pupil: Page;
  /** Two pupils more, for journeys that load many pages: each load takes a ticket, and an account has 30 a minute. */
  boris: Page;
  vera: Page;
  teacher: Page;
};

/** The same request so often within a second is a loop. */
const LOOP = 6;

export const test = base.extend<People>({
  expectedErrors: [[], { option: true }],
  guest: async ({ page, expectedErrors }, use) => {
    const faults = watched(page, expectedErrors);
    await look(page, { language: "en", theme: "light" });
    await use(page);
    expect(faults).toEqual([]);
  },
  pupil: async ({ guest }, use) => {
    await signIn(guest, "pupil");
    await use(guest);
  },
  boris: async ({ guest }, use) => {
    await signIn(guest, "boris");
    await use(guest);
  },
  vera: async ({ guest }, use) => {
    await signIn(guest, "vera");
    await use(guest);
  },
  teacher: async ({ guest }, use) => {
    await signIn(guest, "teacher");
    await use(guest);
  },
});

export { expect };

/**
 * Sign in as one of the demo's people, past the form. No page of the client is open meanwhile: it would renew the
 * session of whoever was here before, and that answer may come after this one.
 */
export async function signIn(page: Page, login: string): Promise<void> {
  await page.goto("/health");
  const data = { email: `${login}@lyceum.example`, password: PASSWORD };
  const answer = await page.context().request.post(new URL("/auth/login", BASE).href, { data });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** Somebody's own way past the screens, for what others do meanwhile. */
export async function caller(request: APIRequestContext, login: string) {
  const data = { email: `${login}@lyceum.example`, password: PASSWORD };
  const answer = await request.post(new URL("/auth/login", BASE).href, { data });
  const token: string = (await answer.json()).token.access_token;
  const headers = { Authorization: `Bearer ${token}` };
  return {
    get: async (path: string) => (await request.get(new URL(path, BASE).href, { headers })).json(),
    post: async (path: string, body: object = {}) => {
      const answer = await request.post(new URL(path, BASE).href, { headers, data: body });
      expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
      return answer.json();
    },
  };
}

export type Caller = Awaited<ReturnType<typeof caller>>;

/** How pages look from the next load on. */
export async function look(page: Page, { language, theme }: Look): Promise<void> {
  await page.addInitScript(
    (chosen) => {
      localStorage.setItem("lyceum.language", chosen.language);
      localStorage.setItem("lyceum.theme", chosen.theme);
    },
    { language, theme },
  );
}

/** Another theme for the page that is shown. */
export async function theme(page: Page, chosen: Look["theme"]): Promise<void> {
  await page.evaluate((name) => {
    document.documentElement.dataset["theme"] = name;
  }, chosen);
}

/** The screen is there: its title, and nothing of it is still on its way. */
export async function arrived(page: Page): Promise<void> {
  await expect(page.locator("h1")).toBeVisible();
  await expect(page.locator('main [aria-busy="true"]')).toHaveCount(0);
}

/** No finding of axe by WCAG 2.2 AA. */
export async function accessible(page: Page): Promise<void> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  // Without motion: what is about to turn has no colours to judge by.
  await page.emulateMedia({ reducedMotion: "reduce" });
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  expect.soft(violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([]);
}

/** The colours of the theme that is shown: all that another theme can change of what axe looks at. */
export async function legible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withRules(["color-contrast", "link-in-text-block"]).analyze();
  expect.soft(violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([]);
}

/** A phone of 320 px shows it without scrolling sideways. */
export async function fitsAPhone(page: Page): Promise<void> {
  await page.setViewportSize({ width: 320, height: 700 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect.soft(wide, page.url()).toBe(0);
}

/** All that the browser keeps of unsent texts (`src/lib/drafts.ts`), as one text. Runs in the page. */
export function keptDrafts(): Promise<string> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("lyceum-drafts");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const asked = opening.result.transaction("drafts").objectStore("drafts").getAll();
      asked.onerror = () => reject(asked.error);
      asked.onsuccess = () => {
        opening.result.close();
        resolve(asked.result.map((row: { text: string }) => row.text).join("\n"));
      };
    };
  });
}

function watched(page: Page, expected: readonly string[]): string[] {
  const faults: string[] = [];
  const asked = new Map<string, number[]>();
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() !== "error" && !/Content Security Policy|Trusted/.test(message.text())) return;
    const text = `${message.text()} ${message.location().url}`;
    if (!expected.some((part) => text.includes(part))) faults.push(text);
  });
  page.on("request", (request) => {
    if (request.url().includes("/app/assets/")) return; // of the cache, with each load
    const key = `${request.method()} ${request.url()}`;
    const times = [...(asked.get(key) ?? []), Date.now()].slice(-LOOP);
    asked.set(key, times);
    if (times.length === LOOP && (times.at(-1) ?? 0) - (times[0] ?? 0) < 1000) faults.push(`in a loop: ${key}`);
  });
  return faults;
}
