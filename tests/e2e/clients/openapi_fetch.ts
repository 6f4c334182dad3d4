/** The whole way of a pupil through the client of openapi-typescript and openapi-fetch: node openapi_fetch.ts URL LOGIN PASSWORD */
import createClient from "openapi-fetch";

import type { components, paths } from "../../../build/clients/openapi-typescript.ts";

type ErrorView = components["schemas"]["ErrorView"];

const TASK = { course_id: 1, lesson_id: 1, task_id: 2 };

const [baseUrl = "", login = "", password = ""] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl });

async function signIn(): Promise<string | null> {
  const { data, error } = await api.POST("/login", { body: { login, password } });
  if (error) throw new Error(error.code);
  api.use({
    onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${data.jwt_access}`);
      return request;
    },
  });
  return data.user.login;
}

async function solve(code: string): Promise<string> {
  const { data, error } = await api.POST("/courses/{course_id}/{lesson_id}/{task_id}", {
    params: { path: TASK },
    body: { code },
  });
  if (error) throw new Error(error.code);
  return "code" in data && data.code !== "PENDING" ? data.code : await verdictOf(data.submission_id);
}

/** For who did not wait: 202 says where to look. */
async function sendWithoutWaiting(code: string): Promise<number> {
  const { data, error, response } = await api.POST("/courses/{course_id}/{lesson_id}/{task_id}", {
    params: { path: TASK, header: { Prefer: "respond-async" } },
    body: { code, language: "python3" },
  });
  if (error) throw new Error(error.code);
  if (response.status !== 202) throw new Error(`answered ${response.status}`);
  return data.submission_id;
}

async function verdictOf(submission_id: number): Promise<string> {
  for (;;) {
    const { data, error } = await api.GET("/submissions/{submission_id}", { params: { path: { submission_id } } });
    if (error) throw new Error(error.code);
    if (data.is_checked) return data.code;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** One a page, from the newest. */
async function pages(): Promise<string[]> {
  const verdicts: string[] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = cursor ? { limit: 1, cursor } : { limit: 1 };
    const { data, error, response } = await api.GET("/submissions", { params: { query } });
    if (error) throw new Error(error.code);
    verdicts.push(...data.submissions.map((each) => each.code));
    cursor = response.headers.get("X-Next-Cursor");
  } while (cursor);
  return verdicts;
}

async function refusal(language: "ru" | "en"): Promise<ErrorView> {
  const { error } = await api.POST("/courses/{course_id}/{lesson_id}/{task_id}", {
    params: { path: TASK, header: { "Accept-Language": language } },
    body: { code: "print()", language: "" },
  });
  if (!error) throw new Error("a language without a name was taken");
  return error;
}

/** A newer list, which has its cursor in itself. Anybody may read it. */
async function tracks(): Promise<number[]> {
  const ids: number[] = [];
  let next: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = next ? { limit: 1, cursor: next } : { limit: 1 };
    const { data, error } = await api.GET("/main/tracks", { params: { query } });
    if (error) throw new Error(error.code);
    ids.push(...data.items.map((each) => each.id));
    next = data.next;
  } while (next);
  return ids;
}

const signedIn = await signIn();
const waited = [await solve("print(0)"), await solve("print(sum(map(int, input().split())))")];
const later = await verdictOf(await sendWithoutWaiting("print("));
const lists = { pages: await pages(), tracks: await tracks() };
console.log(JSON.stringify({ signedIn, verdicts: [...waited, later], ...lists, refusal: await refusal("ru") }));
