/** What is due, late, locked and closed, as a pupil sees it; and what an invitation leads to. */

import type { Page } from "@playwright/test";
import { codeFor } from "./mail";
import { accessible, type Caller, caller, expect, fitsAPhone, legible, look, test, theme } from "./start";

const HOUR_MS = 3_600_000;
const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();

/** A course with one lesson that opens another; its tasks are due, late and closed. */
async function newCourse(teacher: Caller): Promise<{ course: number; lesson: number; tasks: number[] }> {
  const { id: course } = await teacher.post("/courses", {
    name: "By invitation",
    is_public: false,
    late_policy: { grace_minutes: 30, percent_per_day: 10, accepted_hours: 72 },
  });
  const { id: lesson } = await teacher.post(`/courses/${course}/lessons`, { name: "Sums" });
  const tasks: number[] = [];
  for (const [name, times] of Object.entries({
    "In time": { due_at: inHours(5) },
    Late: { due_at: inHours(-30) },
    Closed: { due_at: inHours(-100) },
  })) {
    const body = { name, points: 10, task_condition: "Add.", tests: [{ input: "1 2", output: "3" }], ...times };
    tasks.push((await teacher.post(`/courses/${course}/lessons/${lesson}/tasks`, body)).id);
  }
  const requires = [{ lesson_id: lesson, points: 15 }];
  await teacher.post(`/courses/${course}/lessons`, { name: "Products", requires });
  return { course, lesson, tasks };
}

test.describe(() => {
  test.use({ expectedErrors: ["429"] });

  test("who is invited without being signed in comes back, joins, and sees what is due", async ({ guest, request }) => {
    const teacher = await caller(request, "teacher");
    const { course, lesson, tasks } = await newCourse(teacher);
    const { code } = await teacher.post("/invitations", { kind: "course", id: course, uses: 1 });
    await look(guest, { language: "ru", theme: "dark" });

    await guest.goto(`join/${code}`);
    await guest.getByRole("link", { name: "Зарегистрироваться" }).click();
    await guest.getByRole("link", { name: /Уже есть аккаунт/ }).click();
    await guest.getByLabel("Почта или логин").fill("vera");
    await guest.getByLabel("Пароль").fill("lyceum-demo-1");
    await guest.keyboard.press("Enter");
    await expect(guest.getByText("Вас приглашают на курс «By invitation».")).toBeVisible();
    await guest.getByRole("button", { name: "Вступить" }).click();
    await guest.getByRole("main").getByRole("link", { name: "Открыть" }).click();

    const rows = guest.getByRole("main").getByRole("listitem");
    await expect(rows.filter({ hasText: "In time" })).toContainText("сдать до");
    await expect(rows.filter({ hasText: "Late" })).toContainText("срок был");
    await expect(rows.filter({ hasText: "Closed" })).toContainText("приём окончен");
    await expect(rows.filter({ hasText: "Откроется, когда в уроке «Sums» будет 15 баллов." })).toBeVisible();
    await accessible(guest);
    await theme(guest, "light");
    await legible(guest);
    await fitsAPhone(guest);

    await guest.goto(`courses/${course}/${lesson}/${tasks[1]}`);
    await expect(guest.getByText("С опозданием принимается до")).toBeVisible();
    await expect(guest.getByText("Каждый день опоздания снимает 10 % баллов.")).toBeVisible();
    await accessible(guest);
    await theme(guest, "light");
    await legible(guest);
    await refusedForASecond(guest, `**/courses/${course}/${lesson}/${tasks[1]}`);

    await guest.goto(`courses/${course}/${lesson}/${tasks[2]}`);
    await guest.getByRole("tab", { name: "Программа" }).click();
    await expect(guest.getByText("Отправить уже нельзя")).toBeVisible();
    await expect(guest.getByRole("button", { name: "Отправить" })).toHaveCount(0);
  });
});

/** The first try comes too soon: the seconds are counted down, and the next one is taken. */
async function refusedForASecond(page: Page, url: string): Promise<void> {
  let refusals = 1;
  await page.route(url, async (route) => {
    if (route.request().method() !== "POST" || refusals === 0) return route.continue();
    refusals -= 1;
    const json = { code: "too_many_submissions", detail: "Too soon", violations: [] };
    await route.fulfill({ status: 429, headers: { "Retry-After": "2" }, json });
  });
  await page.getByRole("tab", { name: "Программа" }).click();
  await page.getByRole("textbox", { name: /Ваша программа/ }).click();
  await page.keyboard.insertText("print(sum(map(int, input().split())))\n");
  await page.getByRole("button", { name: "Отправить" }).click();
  await expect(page.getByRole("button", { name: "Ещё раз через" })).toBeDisabled();
  await page.getByRole("button", { name: "Попробовать ещё раз" }).click();
  await expect(page.getByRole("status").filter({ hasText: "пройдено 1 из 1 теста" })).toBeVisible();
}

test("who is on a teacher's list opens the link in the mail, chooses a password, and is in the group", async ({
  guest,
  request,
}) => {
  const teacher = await caller(request, "teacher");
  const address = `listed+${crypto.randomUUID()}@lyceum.example`;
  const { id: group } = await teacher.post("/groups", { title: "By list" });
  await teacher.post(`/groups/${group}/imports`, { csv: `name;secondname;email;class\nВера;Орлова;${address};` });

  await guest.goto((await codeFor(address, /\/app\/invited\S+/)).replace("/app/", ""));
  await expect(guest.getByText(address)).toBeVisible();
  await accessible(guest);
  await guest.getByLabel("New password").fill("a-quiet-river-7");
  await guest.getByRole("button", { name: "Set the password" }).click();
  await guest.getByRole("main").getByRole("link", { name: "Sign in" }).click();
  await guest.getByLabel("E-mail or login").fill(address);
  await guest.getByLabel("Password").fill("a-quiet-river-7");
  await guest.keyboard.press("Enter");
  await expect(guest.getByRole("heading", { level: 1 })).toHaveText("Hello, Вера");
});
