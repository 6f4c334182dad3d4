/** The access token lives in memory alone; the refresh token in a cookie that no script can read. */

import { errorOf, reach } from "./answers";
import { ApiError } from "./errors";

let token = "";
/** When the token is to be renewed, in milliseconds of performance.now(): a clock that nobody sets. */
let staleAt = 0;
let endsAt = 0;
let renewing: Promise<boolean> | null = null;
let replacing: Promise<unknown> | null = null;
/** What was sent with the token and has no answer yet. */
const onTheirWay = new Set<Promise<unknown>>();
let ended: () => void = () => undefined;

const RENEW_AT = 0.8;
/** So long the end of a session waits for answers that are still to come by it. */
const PATIENCE_MS = 3000;
/** How a refresh is answered where there is no session: everything else says nothing of it. */
const OVER: ReadonlySet<number> = new Set([204, 401, 403]);

export function currentToken(): string {
  return token;
}

export function acceptToken(accessToken: string): void {
  token = accessToken;
  const life = lifetimeMs(accessToken);
  staleAt = performance.now() + RENEW_AT * life;
  endsAt = performance.now() + life;
}

export function forgetToken(): void {
  token = "";
}

/** What is called when a session that was there is there no more. */
export function onSessionEnd(callback: () => void): void {
  ended = callback;
}

/** Where it cannot be renewed now, the rest of its life is used up first. */
export async function renewIfStale(): Promise<void> {
  if (!token || performance.now() < staleAt) return;
  try {
    await renewToken();
  } catch (error) {
    if (performance.now() >= endsAt) throw error;
  }
}

/**
 * Sends something with the token; while the session is being replaced it waits for the new one. What the end of the
 * session overtook is not sent.
 */
export async function sendWithToken<T>(send: (token: string) => Promise<T>): Promise<T> {
  await renewIfStale();
  const had = token !== "";
  while (replacing) await replacing;
  if (had && !token) throw errorOf(undefined, new Response(null, { status: 401 }));
  const sent = send(token);
  onTheirWay.add(sent);
  try {
    return await sent;
  } finally {
    onTheirWay.delete(sent);
  }
}

/** One refresh at a time, however many requests found their token stale, in however many tabs. */
export async function renewToken(): Promise<boolean> {
  if (replacing) {
    await replacing;
    return token !== "";
  }
  renewing ??= alone(refresh).finally(() => {
    renewing = null;
  });
  return await renewing;
}

/**
 * Does what puts a new session in the place of this one, and accepts its token. What is on its way is answered first,
 * and what begins meanwhile waits: the session before would be at its end, and a refresh by it would sign out.
 */
export async function replaceSession(work: () => Promise<string>): Promise<string> {
  await renewIfStale();
  const replaced = answersOfBefore()
    .then(work)
    .then((accessToken) => {
      acceptToken(accessToken);
      return accessToken;
    });
  replacing = replaced.catch(() => undefined);
  try {
    return await replaced;
  } finally {
    replacing = null;
  }
}

/**
 * Does what ends this session. What is on its way is answered first, and what begins meanwhile is not sent by a session
 * that is over. Where it was over already, that is what was wished for.
 */
export async function endSession(work: () => Promise<unknown>): Promise<void> {
  await renewIfStale();
  const over = answersOfBefore().then(work).then(forgetToken);
  replacing = over.catch(() => undefined);
  try {
    await over;
  } catch (error) {
    replacing = null;
    if (error instanceof ApiError && error.status === 401 && !(await renewToken())) return;
    throw error;
  } finally {
    replacing = null;
  }
}

async function answersOfBefore(): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const enough = new Promise((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([Promise.allSettled(onTheirWay), enough]);
  clearTimeout(timer);
}

async function alone(work: () => Promise<boolean>): Promise<boolean> {
  return await navigator.locks.request("lyceum-refresh", work);
}

/** False where there is no session any more. Throws where nobody could say: the session may be as good as before. */
async function refresh(): Promise<boolean> {
  const had = token !== "";
  const answer = await reach(`/auth/refresh${had ? "" : "?quiet=1"}`, { credentials: "same-origin" });
  if (answer.status === 200) {
    acceptToken(((await answer.json()) as { access_token: string }).access_token);
    return true;
  }
  if (!OVER.has(answer.status)) throw errorOf(await answer.json().catch(() => undefined), answer);
  forgetToken();
  if (had) ended();
  return false;
}

/** How long a JWT is good for: `exp` - `iat`, so that this machine's clock does not count. */
function lifetimeMs(accessToken: string): number {
  const claims = accessToken.split(".")[1];
  if (claims === undefined) return 0;
  const { exp, iat } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))) as {
    exp: number;
    iat: number;
  };
  return (exp - iat) * 1000;
}
