import type { Page } from "@playwright/test";
import { accessible, arrived, expect, fitsAPhone, signIn, test } from "./start";

const TASK = "courses/1/1/2";
const RIGHT = "a, b = map(int, input().split())\nprint(a + b)\n";
const WRONG = "a, b = map(int, input().split())\nprint(a - b)\n";
const BROKEN = "a, b = map(int, input().split()\nprint(a + b)\n";
/** Right, and judged for some seconds: it sleeps on every test. */
const SLOW = `import time
time.sleep(0.8)
n = int(input())
print(sum(2 - (d * d == n) for d in range(1, int(n ** 0.5) + 1) if n % d == 0))
`;

async function write(page: Page, program: string): Promise<void> {
  const editor = page.getByRole("textbox", { name: /Your program/ });
  await editor.click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(program);
}

const result = (page: Page) => page.getByRole("tabpanel", { name: "Result" });

test("a program is wrong, then broken, then right", async ({ pupil }) => {
  await pupil.goto(TASK);
  await write(pupil, WRONG);
  await pupil.keyboard.press("Control+Enter");
  await expect(result(pupil)).toContainText("Test 1: wrong answer");
  await expect(result(pupil)).toContainText("-1");
  await accessible(pupil);

  await write(pupil, BROKEN);
  await pupil.getByRole("button", { name: "Send" }).click();
  await expect(pupil.locator(".cm-complaint")).toContainText("was never closed");
  await accessible(pupil);

  await write(pupil, RIGHT);
  await pupil.keyboard.press("Control+Enter");
  await expect(result(pupil).getByRole("status")).toContainText("6 of 6 tests passed");

  await pupil.getByRole("link", { name: "All about this attempt" }).click();
  await expect(pupil).toHaveURL(/\/submissions\/\d+$/);
  await arrived(pupil);
  await accessible(pupil);
  await fitsAPhone(pupil);
});

test("what is typed is there again, on another device too", async ({ pupil, browser }) => {
  await pupil.goto("courses/1/2/4");
  const text = `# ${crypto.randomUUID()}\n`;
  await write(pupil, text);
  await pupil.waitForResponse((answer) => answer.url().endsWith("/draft") && answer.request().method() === "PUT");
  const other = await (await browser.newContext()).newPage();
  await signIn(other, "pupil");
  await other.goto("courses/1/2/4");
  await expect(other.locator(".cm-content")).toContainText(text.trim());
  await other.context().close();
  await pupil.reload();
  await expect(pupil.locator(".cm-content")).toContainText(text.trim());
});

test.describe(() => {
  test.use({ expectedErrors: ["ERR_INTERNET_DISCONNECTED", "WebSocket"] });

  test("a program that is sent without a connection arrives once there is one", async ({ pupil }) => {
    await pupil.goto("courses/1/1/1");
    await write(pupil, 'print("Hello, Lyceum!")\n');
    await pupil.context().setOffline(true);
    await pupil.getByRole("button", { name: "Send" }).click();
    await expect(result(pupil)).toContainText("There is no connection");
    await expect(pupil.locator("[data-live=offline]")).toBeVisible();
    await pupil.context().setOffline(false);
    await expect(result(pupil).getByRole("status")).toContainText("passed");
    await expect(pupil.locator("[data-live=live]")).toBeVisible();
  });
});

test.describe(() => {
  test.use({ expectedErrors: ["ERR_INTERNET_DISCONNECTED", "WebSocket"] });

  test("a verdict that came while the network was cut is there when it is back", async ({ pupil }) => {
    await pupil.goto("courses/1/2/5");
    await write(pupil, SLOW);
    await pupil.getByRole("button", { name: "Send" }).click();
    await expect(result(pupil).getByRole("button", { name: "Cancel" })).toBeVisible();
    await pupil.context().setOffline(true);
    await expect(pupil.locator("[data-live=offline]")).toBeVisible();
    await expect(pupil.locator(".cm-content")).toContainText("time.sleep");
    await pupil.context().setOffline(false);
    await expect(result(pupil).getByRole("status").first()).toContainText("9 of 9 tests passed", { timeout: 60_000 });
    await expect(result(pupil).getByRole("button", { name: "Cancel" })).toHaveCount(0);
  });
});

test("a pupil cancels an attempt, and a teacher has another judged anew", async ({ boris, browser }) => {
  await boris.goto(TASK);
  // Right, so that each of its tests takes its time.
  await write(boris, `import time\ntime.sleep(0.9)\n${RIGHT}`);
  await boris.getByRole("button", { name: "Send" }).click();
  await result(boris).getByRole("button", { name: "Cancel" }).click();
  await expect(result(boris).getByRole("status")).toHaveText(/cancelled$/);
  const cancelled = await boris.getByRole("link", { name: "All about this attempt" }).getAttribute("href");
  await write(boris, "print(1)\n");
  await boris.getByRole("button", { name: "Send" }).click();
  await expect(result(boris).getByRole("status").first()).toContainText("tests passed");
  const judged = await boris.getByRole("link", { name: "All about this attempt" }).getAttribute("href");

  const teacher = await (await browser.newContext()).newPage();
  await signIn(teacher, "teacher");
  await teacher.goto(cancelled ?? "");
  await expect(teacher.getByText("Boris", { exact: false }).first()).toBeVisible();
  await expect(teacher.getByRole("button", { name: "Judge it again" })).toHaveCount(0);
  await teacher.goto(judged ?? "");
  await teacher.getByText("Earlier verdicts").click();
  await expect(teacher.getByText("It was judged once.")).toBeVisible();
  await teacher.getByRole("button", { name: "Judge it again" }).click();
  await expect(teacher.getByRole("listitem").filter({ hasText: "tests passed" })).toHaveCount(1);
  await accessible(teacher);
  await teacher.context().close();
});

test("the keyboard alone is enough", async ({ pupil }) => {
  await pupil.goto(TASK);
  await expect(pupil.getByRole("heading", { level: 1 })).toBeFocused();
  await write(pupil, RIGHT);
  await pupil.keyboard.press("Escape");
  await pupil.keyboard.press("Tab");
  await expect(pupil.getByRole("button", { name: "Send" })).toBeFocused();
  await pupil.keyboard.press("Enter");
  await expect(result(pupil).getByRole("status")).toContainText("passed");
});
