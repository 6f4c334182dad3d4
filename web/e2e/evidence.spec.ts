/** A track whose solutions are judged: sending in, the verdict, counter-tests by its reviewer, and what comes of them. */

import type { APIRequestContext, Page } from "@playwright/test";
import { accessible, type Caller, caller, expect, fitsAPhone, legible, look, signIn, test, theme } from "./start";
import { zipped } from "./zip";

const POINTS = { works: 3 };
/** Wrong for what is negative, and none of the problem's tests shows it. */
const WRONG = "a, b = map(int, input().split())\nprint(abs(a) + abs(b))\n";
const PACKAGE = {
  "sum/problem.yaml": "name: Sum\nlimits: {time_limit: 1, memory: 128}",
  "sum/problem_statement/problem.en.md": "Add the *two* numbers.",
  "sum/input_validators/validate/validate.py":
    'import re, sys\nsys.exit(42 if re.fullmatch(r"-?[0-9]{1,9} -?[0-9]{1,9}\\n", sys.stdin.read()) else 43)\n',
  "sum/data/sample/1.in": "1 1\n",
  "sum/data/sample/1.ans": "2\n",
  "sum/data/secret/2.in": "20 22\n",
  "sum/data/secret/2.ans": "42\n",
  "sum/submissions/accepted/right.py": "a, b = map(int, input().split())\nprint(a + b)\n",
};

/** The judge runs the jury's program first. */
const JUDGED_WITHIN = 120_000;

// Sending in without saying which file is the program is refused.
test.use({ expectedErrors: ["/submit"] });

test("a reviewer proves that a program fails, and it becomes a test", async ({ boris, request }) => {
  const [teacher, me, vera] = [
    await caller(request, "teacher"),
    await caller(request, "boris"),
    await caller(request, "vera"),
  ];
  const problem = await problemWithJury(request, teacher);
  const { track, assignment } = await begun(teacher, [me, vera], problem);
  await sendIn(boris, `tracks/${track}/${assignment}`);
  await vera.post(`/assignments/${assignment}/submit`, {
    files: [{ path: "sum.py", content: WRONG }],
    language: "python3",
  });
  await teacher.post(`/assignments/${assignment}/close`, { stage: "submission" });

  await boris.goto(`tracks/${track}/${assignment}/review`);
  await proves(boris);
  await accessible(boris);
  await theme(boris, "dark");
  await legible(boris);
  await fitsAPhone(boris);
  // The page of a review would ask for the next one, which is a 400 once all are written.
  await boris.goto(`tracks/${track}`);
  for (const reviewer of [me, vera]) {
    const { id } = await reviewer.get(`/assignments/${assignment}/review/submission`);
    await reviewer.post(`/submissions/${id}/review`, { criteria_scores: POINTS });
  }

  await look(boris, { language: "ru", theme: "light" });
  await signIn(boris, "vera");
  await boris.goto(`tracks/${track}/${assignment}/results`);
  await expect(boris.getByText("ломают программу: 1 из 2")).toBeVisible();
  await expect(boris.getByRole("region", { name: "Рецензент 1" }).getByText("ломает программу")).toBeVisible();
  await expect(boris.getByRole("button", { name: "Взять в тесты" })).toHaveCount(0);
  await accessible(boris);

  await look(boris, { language: "en", theme: "dark" });
  await signIn(boris, "teacher");
  await boris.goto(`tracks/${track}/${assignment}/results`);
  await adopts(boris, "vera");
  await accessible(boris);
  expect((await teacher.get(`/problems/${problem}`)).tests_count).toBe(3);
});

/** The statement is there; of several files one is chosen, and the verdict comes by itself. */
async function sendIn(page: Page, path: string): Promise<void> {
  await page.goto(path);
  const problem = page.getByRole("region", { name: "What is to be solved" });
  await expect(problem.getByText("Add the two numbers.")).toBeVisible();
  await expect(problem.getByRole("figure").first()).toContainText("1 1");
  const files = ["a.py", "b.py"].map((name) => ({ name, mimeType: "text/x-python", buffer: Buffer.from(WRONG) }));
  await page.getByLabel("Files, or a zip archive").setInputFiles(files);
  await page.getByLabel("Language of the program").selectOption("python3");
  await page.getByRole("button", { name: "Send in" }).click();
  const main = page.getByLabel("Main file");
  await expect(main).toHaveAttribute("aria-invalid", "true");
  await main.selectOption("b.py");
  await accessible(page);
  await page.getByRole("button", { name: "Send in" }).click();
  await expect(page.getByText("What the judge says:")).toBeVisible({ timeout: JUDGED_WITHIN });
  await expect(page.getByText("✓ right")).toBeVisible();
}

/** By keys alone; what breaks it, and what it is right about. */
async function proves(page: Page): Promise<void> {
  const { keyboard } = page;
  await page.getByText("Counter-tests", { exact: true }).focus();
  await keyboard.press("Enter");
  await expect(page.getByText("You may send 5 more.")).toBeVisible();
  const input = page.getByLabel("Input for the program");
  await input.focus();
  await keyboard.type("-3 1\n");
  await page.getByRole("button", { name: "Try it" }).focus();
  await keyboard.press("Enter");
  await expect(page.getByText("breaks the program")).toBeVisible({ timeout: JUDGED_WITHIN });
  await expect(page.getByText("You may send 4 more.")).toBeVisible();
  await expect(input).toHaveValue("");
  await page.getByText("Input, answer and output").first().click();
  await expect(page.getByRole("figure").filter({ hasText: "The jury's answer" })).toContainText("-2");
  await expect(page.getByRole("figure").filter({ hasText: "What the program printed" })).toContainText("4");
  await input.fill("three four\n");
  await page.getByRole("button", { name: "Try it" }).click();
  await expect(page.getByText("proves nothing")).toBeVisible({ timeout: JUDGED_WITHIN });
}

async function adopts(page: Page, login: string): Promise<void> {
  const theirs = page.locator("details.one-of-all").filter({ has: page.locator("summary", { hasText: login }) });
  await theirs.locator("summary").first().click();
  await theirs.getByText("What was tried on the program").click();
  await theirs.getByRole("button", { name: "Take into the tests" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Take into the tests" }).click();
  await expect(theirs.getByText("It is among the tests.")).toBeVisible();
  await page.getByRole("button", { name: "Judge anew" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Judge anew" }).click();
  await expect(page.getByText("They are being judged anew.")).toBeVisible();
}

/** A problem whose package has a validator and a right program. */
async function problemWithJury(request: APIRequestContext, teacher: Caller): Promise<number> {
  const data = zipped(PACKAGE);
  const { id } = await teacher.post("/problems", { title: "Sum" });
  const { upload, import_id: made } = await teacher.post(`/problems/${id}/package`, { size: data.length });
  const file = { name: "sum.zip", mimeType: "application/zip", buffer: data };
  const sent = await request.post(upload.url, { multipart: { ...upload.fields, file } });
  expect(sent.ok(), await sent.text()).toBe(true);
  const here = `/problems/${id}/package/${made}`;
  await expect.poll(async () => (await teacher.get(here)).state, { timeout: JUDGED_WITHIN }).toBe("done");
  const met = async () => (await teacher.get(here)).jury.map((each: { is_met: boolean | null }) => each.is_met);
  await expect.poll(met, { timeout: JUDGED_WITHIN }).toEqual([true]);
  return id;
}

async function begun(teacher: Caller, people: readonly Caller[], problem: number) {
  const { id: track } = await teacher.post("/tracks", {
    title: "Prove it",
    required_participants: people.length,
    review_criteria: { works: "Is it right?" },
    reviews_per_user: 1,
  });
  const { id: assignment } = await teacher.post(`/tracks/${track}/assignments`, {
    title: "Sum",
    description: "Add them.",
    deadline_hours: 1,
    review_hours: 1,
    problem_id: problem,
    verdict_shown: "at_once",
    evidence_points: 2,
  });
  for (const person of people) await person.post(`/tracks/${track}/enroll`);
  return { track, assignment };
}
