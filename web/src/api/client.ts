import createClient, { type Middleware } from "openapi-fetch";
import { useState } from "react";
import { heardServerTime } from "~/lib/clock";
import { errorOf, reach } from "./answers";
import type { components, paths } from "./schema";
import { currentAccount, currentToken, renewToken, sendWithToken } from "./token";

export type Schemas = components["schemas"];

/** The account takes it when it knows none: for its calendar and the hours of its mails. */
const ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

const preferences: Middleware = {
  onRequest({ request }) {
    request.headers.set("Accept-Language", document.documentElement.lang);
    if (!request.headers.has("Prefer")) request.headers.set("Prefer", `timezone=${ZONE}`);
    return request;
  },
};

async function fetchRenewing(request: Request): Promise<Response> {
  const whose = currentAccount();
  const kind = request.method === "GET" ? "read" : "write";
  const send = (token: string, givenUp: AbortSignal) => {
    const signal = AbortSignal.any([request.signal, givenUp]);
    return reachWith(token, new Request(request.clone(), { signal }));
  };
  const answer = await sendWithToken(send, kind);
  heardServerTime(answer.headers.get("Date"));
  if (answer.status !== 401 || isAboutTheSignIn(answer) || !currentToken()) return answer;
  if (currentAccount() !== whose || !(await renewToken())) return answer;
  return sendWithToken(send, kind);
}

/** For what ends the session by which it is sent: nothing waits, and a 401 is the answer. */
export function fetchNow(request: Request): Promise<Response> {
  return reachWith(currentToken(), request);
}

function reachWith(token: string, request: Request): Promise<Response> {
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  return reach(request);
}

/** RFC 9470: the token is good, but the sign-in is not fresh enough; a new token would not be either. */
function isAboutTheSignIn(answer: Response): boolean {
  return answer.headers.get("WWW-Authenticate")?.includes("insufficient_user_authentication") ?? false;
}

export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? "", fetch: fetchRenewing });
api.use(preferences);

type Answer<T> = { data?: T; error?: Partial<Schemas["ErrorView"]>; response: Response };

/** The data of an answer, or an ApiError. */
export async function read<T>(asked: Promise<Answer<T>>): Promise<T> {
  return (await readWithHeaders(asked)).data;
}

/** The data of an answer with its headers, for ETag and X-Next-Cursor; or an ApiError. */
export async function readWithHeaders<T>(asked: Promise<Answer<T>>): Promise<{ data: T; headers: Headers }> {
  const { data, error, response } = await asked;
  if (!response.ok && response.status !== 304) throw errorOf(error, response);
  return { data: data as T, headers: response.headers };
}

/** A list of the API page by page: what to send as `cursor` for the next one. */
export type Page<T> = { items: T; next: string | null };

export async function readPage<T>(asked: Promise<Answer<T>>): Promise<Page<T>> {
  const { data, headers } = await readWithHeaders(asked);
  return { items: data, next: headers.get("X-Next-Cursor") };
}

/** A key for a POST that creates something: the same for each repetition of the same wish. */
export function idempotencyKey(): string {
  return crypto.randomUUID();
}

/** A key for each wish: the same as long as the same is wished, another once it was granted or reads otherwise. */
export function useWishKey() {
  const [wish] = useState(() => ({ said: "", key: idempotencyKey() }));
  return {
    of: (body: unknown): string => {
      const said = JSON.stringify(body);
      if (said !== wish.said) Object.assign(wish, { said, key: idempotencyKey() });
      return wish.key;
    },
    granted: (): void => void Object.assign(wish, { said: "" }),
  };
}
