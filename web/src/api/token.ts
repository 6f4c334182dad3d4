/** The access token lives in memory alone; the refresh token in a cookie that no script can read. */

import { errorOf, reach } from "./answers";
import { ApiError } from "./errors";

/** A write may have been done though its answer is lost, so it is never given up. */
type Kind = "read" | "write";

let token = "";
/** When the token is to be renewed, in milliseconds of performance.now(): a clock that nobody sets. */
let staleAt = 0;
let endsAt = 0;
let renewing: Promise<boolean> | null = null;
let replacing: Promise<unknown> | null = null;
/** What was sent with the token and has no answer yet: reads can be given up, writes cannot. */
const reads = new Set<AbortController>();
const writes = new Set<Promise<unknown>>();
let ended: () => void = () => undefined;
let othersCame: () => void = () => undefined;

const RENEW_AT = 0.8;
/** So long the end of a session waits for writes that were sent by it: the school answers within 29 s, or not at all. */
const PATIENCE_MS = 30_000;
/** How a refresh is answered where there is no session: everything else says nothing of it. */
const OVER: ReadonlySet<number> = new Set([204, 401, 403]);

export function currentToken(): string {
  return token;
}

/** Whose the token is; undefined for a guest. */
export function currentAccount(): string | undefined {
  return subjectOf(token);
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

/** What is called when another tab has signed in somebody else: what is shown here is not theirs. */
export function onOthersSession(callback: () => void): void {
  othersCame = callback;
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
 * session, or somebody else's, overtook is not sent. A read that the end of a session finds on its way is given up, and
 * sent again by the next one: answered late, it would be refused.
 */
export async function sendWithToken<T>(
  send: (token: string, signal: AbortSignal) => Promise<T>,
  kind: Kind,
): Promise<T> {
  const whose = currentAccount();
  await renewIfStale();
  for (;;) {
    while (replacing) await replacing;
    if (whose && whose !== currentAccount()) throw errorOf(undefined, new Response(null, { status: 401 }));
    const given = new AbortController();
    const sent = send(token, given.signal);
    if (kind === "read") reads.add(given);
    else writes.add(sent);
    try {
      return await sent;
    } catch (error) {
      if (!given.signal.aborted) throw error;
    } finally {
      reads.delete(given);
      writes.delete(sent);
    }
  }
}

/** One refresh at a time, however many requests found their token stale, in however many tabs. */
export async function renewToken(): Promise<boolean> {
  if (replacing) {
    await replacing;
    return token !== "";
  }
  renewing ??= settingCookie(refresh).finally(() => {
    renewing = null;
  });
  return await renewing;
}

/** Does what sets the cookie anew. No refresh in any tab is on its way meanwhile: it would put the old one back. */
export async function settingCookie<T>(work: () => Promise<T>): Promise<T> {
  return await navigator.locks.request("lyceum-refresh", work);
}

/**
 * Does what puts a new session in the place of this one, and accepts its token. Writes on their way are answered first,
 * and what begins meanwhile waits: the session before would be at its end, and a refresh by it would sign out.
 */
export async function replaceSession(work: () => Promise<string>): Promise<string> {
  await renewIfStale();
  const replaced = endOfTraffic()
    .then(() => settingCookie(work))
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
 * Does what ends this session. Writes on their way are answered first, and what begins meanwhile is not sent by a session
 * that is over. Where it was over already, that is what was wished for.
 */
export async function endSession(work: () => Promise<unknown>): Promise<void> {
  await renewIfStale();
  const over = endOfTraffic()
    .then(() => settingCookie(work))
    .then(forgetToken);
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

async function endOfTraffic(): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const enough = new Promise((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([Promise.allSettled(writes), enough]);
  clearTimeout(timer);
  for (const read of reads) read.abort();
}

/** False where there is no session of this account any more. Throws where nobody could say: the session may be as good as before. */
async function refresh(): Promise<boolean> {
  const had = token !== "";
  const answer = await reach(`/auth/refresh${had ? "" : "?quiet=1"}`, { credentials: "same-origin" });
  if (answer.status === 200) {
    const { access_token } = (await answer.json()) as { access_token: string };
    const others = had && subjectOf(access_token) !== currentAccount();
    acceptToken(access_token);
    if (others) othersCame();
    return !others;
  }
  if (!OVER.has(answer.status)) throw errorOf(await answer.json().catch(() => undefined), answer);
  forgetToken();
  if (had) ended();
  return false;
}

/** How long a JWT is good for: `exp` - `iat`, so that this machine's clock does not count. */
function lifetimeMs(accessToken: string): number {
  const { exp = 0, iat = 0 } = claimsOf(accessToken);
  return (exp - iat) * 1000;
}

function subjectOf(accessToken: string): string | undefined {
  return claimsOf(accessToken).sub;
}

function claimsOf(accessToken: string): { sub?: string; exp?: number; iat?: number } {
  const claims = accessToken.split(".")[1];
  return claims === undefined ? {} : JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
}
