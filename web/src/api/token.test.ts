import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "./errors";
import {
  acceptToken,
  currentToken,
  endSession,
  forgetToken,
  onOthersSession,
  onSessionEnd,
  renewIfStale,
  renewToken,
  replaceSession,
  sendWithToken,
  settingCookie,
} from "./token";

const LIFE_S = 360;

const jwt = (name: string, sub = "7"): string =>
  `x.${btoa(JSON.stringify({ sub, iat: 1000, exp: 1000 + LIFE_S, name }))}.x`;

/** The task queue once around: what could happen by now has happened. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** The refresh cookie's answers, one after the other. */
let answers: (Response | Promise<Response>)[];
let asked: string[];

beforeEach(() => {
  answers = [];
  asked = [];
  forgetToken();
  vi.stubGlobal("navigator", { locks: { request: (_: string, work: () => unknown) => work() } });
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    return answers.shift() ?? new Response("", { status: 500 });
  });
});

const refreshed = (name: string, sub?: string) => Response.json({ access_token: jwt(name, sub) });

describe("the token", () => {
  it("is renewed once, however many ask", async () => {
    answers = [refreshed("new")];
    expect(await Promise.all([renewToken(), renewToken(), renewToken()])).toEqual([true, true, true]);
    expect(asked).toEqual(["/auth/refresh?quiet=1"]);
    expect(currentToken()).toBe(jwt("new"));
  });

  it("ends with its session, and says so to those who had one", async () => {
    let ends = 0;
    onSessionEnd(() => {
      ends += 1;
    });
    answers = [new Response(null, { status: 204 })];
    expect(await renewToken()).toBe(false);
    expect(ends).toBe(0);
    acceptToken(jwt("old"));
    answers = [new Response("", { status: 401 })];
    expect(await renewToken()).toBe(false);
    expect([ends, currentToken()]).toEqual([1, ""]);
  });

  it("stays where nobody can say whether its session is over, and nobody is taken for a guest", async () => {
    answers = [new Response("", { status: 502 })];
    await expect(renewToken()).rejects.toMatchObject({ name: "ApiError", status: 502 });
    answers = [Promise.reject(new TypeError("failed to fetch"))];
    await expect(renewToken()).rejects.toMatchObject({ name: "Unreachable" });
    acceptToken(jwt("old"));
    answers = [new Response("", { status: 429, headers: { "Retry-After": "7" } })];
    await expect(renewToken()).rejects.toMatchObject({ status: 429, retryAfter: 7 });
    expect(currentToken()).toBe(jwt("old"));
  });

  it("is used to its end where it cannot be renewed, and not beyond", async () => {
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    acceptToken(jwt("old"));
    now = 0.7 * LIFE_S * 1000;
    await renewIfStale();
    expect(asked).toEqual([]);
    now = 0.9 * LIFE_S * 1000;
    answers = [new Response("", { status: 503 })];
    await renewIfStale();
    expect(asked).toHaveLength(1);
    now = LIFE_S * 1000;
    answers = [new Response("", { status: 503 })];
    await expect(renewIfStale()).rejects.toMatchObject({ status: 503 });
    vi.restoreAllMocks();
  });

  it("of a session that is being replaced is refreshed by nobody", async () => {
    acceptToken(jwt("old"));
    let arrive: (token: string) => void = () => undefined;
    const replaced = replaceSession(() => new Promise((resolve) => (arrive = resolve)));
    await settled();
    const meanwhile = renewToken();
    arrive(jwt("new"));
    expect(await replaced).toBe(jwt("new"));
    expect(await meanwhile).toBe(true);
    expect(asked).toEqual([]);
    expect(currentToken()).toBe(jwt("new"));
  });

  it("is not renewed while the cookie is being set, in no tab", async () => {
    const held: string[] = [];
    vi.stubGlobal("navigator", {
      locks: {
        request: async (name: string, work: () => Promise<unknown>) => {
          held.push(name);
          try {
            return await work();
          } finally {
            held.pop();
          }
        },
      },
    });
    acceptToken(jwt("old"));
    const seen: string[][] = [];
    const work = async () => {
      seen.push([...held]);
      return jwt("new");
    };
    await settingCookie(work);
    await replaceSession(work);
    await endSession(work);
    expect([seen, held]).toEqual([Array(3).fill(["lyceum-refresh"]), []]);
  });

  it("of somebody else, who signed in in another tab, is taken for nothing that was meant by this account", async () => {
    let came = 0;
    onOthersSession(() => {
      came += 1;
    });
    acceptToken(jwt("old"));
    answers = [refreshed("the same account's"), refreshed("another's", "8")];
    expect(await renewToken()).toBe(true);
    expect(came).toBe(0);
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    acceptToken(jwt("old"));
    now = 0.9 * LIFE_S * 1000;
    const sent: string[] = [];
    const meant = sendWithToken(async (token) => void sent.push(token), "write");
    await expect(meant).rejects.toMatchObject({ status: 401 });
    expect([came, sent, currentToken()]).toEqual([1, [], jwt("another's", "8")]);
    await sendWithToken(async (token) => void sent.push(token), "read");
    expect(sent).toEqual([jwt("another's", "8")]);
    vi.restoreAllMocks();
  });

  it("of a session that ends is answered first for a write, and what begins meanwhile has the new one", async () => {
    acceptToken(jwt("old"));
    const seen: string[] = [];
    let answer: (said: string) => void = () => undefined;
    const before = sendWithToken(() => new Promise<string>((resolve) => (answer = resolve)), "write");
    const replaced = replaceSession(async () => {
      seen.push("ended");
      return jwt("new");
    });
    const meanwhile = sendWithToken(async (token) => void seen.push(token), "write");
    await settled();
    expect(seen).toEqual([]);
    answer("answered");
    expect(await before).toBe("answered");
    await Promise.all([replaced, meanwhile]);
    expect(seen).toEqual(["ended", jwt("new")]);
  });

  it("of a session that ends gives up reads that are late, and they are sent again by the new one", async () => {
    acceptToken(jwt("old"));
    const seen: string[] = [];
    const late = (token: string, signal: AbortSignal) => {
      seen.push(token);
      if (token === jwt("new")) return Promise.resolve("answered");
      return new Promise<string>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    };
    const read = sendWithToken(late, "read");
    await settled();
    await replaceSession(async () => jwt("new"));
    expect(await read).toBe("answered");
    expect(seen).toEqual([jwt("old"), jwt("new")]);
    acceptToken(jwt("old"));
    const nobodys = expect(sendWithToken(late, "read")).rejects.toMatchObject({ status: 401 });
    await settled();
    await endSession(async () => undefined);
    await nobodys;
    expect(seen).toHaveLength(3);
  });

  it("of a session that ends does not hide what went wrong with a read", async () => {
    acceptToken(jwt("old"));
    const failing = sendWithToken(() => Promise.reject(new Error("out of order")), "read");
    await expect(failing).rejects.toThrow("out of order");
  });

  it("of a session that ends does not wait for ever for an answer", async () => {
    vi.useFakeTimers();
    acceptToken(jwt("old"));
    let answer: () => void = () => undefined;
    const before = sendWithToken(() => new Promise<void>((resolve) => (answer = resolve)), "write");
    const replaced = replaceSession(async () => jwt("new"));
    await vi.runAllTimersAsync();
    vi.useRealTimers();
    expect(await replaced).toBe(jwt("new"));
    answer();
    await before;
  });

  it("is gone with its session, which waits for answers and by which nothing more is sent", async () => {
    acceptToken(jwt("old"));
    const seen: string[] = [];
    let answer: () => void = () => undefined;
    const before = sendWithToken(() => new Promise<void>((resolve) => (answer = resolve)), "write");
    const over = endSession(async () => void seen.push("ended"));
    const meanwhile = sendWithToken(async () => void seen.push("sent"), "read");
    const refused = expect(meanwhile).rejects.toMatchObject({ status: 401 });
    await settled();
    expect([seen, currentToken()]).toEqual([[], jwt("old")]);
    answer();
    await Promise.all([before, over, refused]);
    expect([seen, currentToken(), asked]).toEqual([["ended"], "", []]);
    await sendWithToken(async (token) => void seen.push(`a guest's ${token}`), "read");
    expect(seen.at(-1)).toBe("a guest's ");
  });

  it("stays where its session could not be ended, and what waited is sent", async () => {
    acceptToken(jwt("old"));
    const failing = endSession(() => Promise.reject(new ApiError(503, "", "", "", [], 0)));
    const meanwhile = sendWithToken(async (token) => token, "read");
    await expect(failing).rejects.toMatchObject({ status: 503 });
    expect(await meanwhile).toBe(jwt("old"));
  });

  it("of a session that was over already is gone, too", async () => {
    acceptToken(jwt("old"));
    answers = [new Response(null, { status: 401 })];
    await endSession(() => Promise.reject(new ApiError(401, "", "", "", [], 0)));
    expect(currentToken()).toBe("");
    acceptToken(jwt("old"));
    answers = [refreshed("new")];
    const wantsPassword = endSession(() => Promise.reject(new ApiError(401, "recent_sign_in", "", "", [], 0)));
    await expect(wantsPassword).rejects.toMatchObject({ code: "recent_sign_in" });
    expect(currentToken()).toBe(jwt("new"));
  });

  it("stays as it was when the session could not be replaced", async () => {
    acceptToken(jwt("old"));
    await expect(replaceSession(() => Promise.reject(new Error("wrong password")))).rejects.toThrow("wrong password");
    expect(currentToken()).toBe(jwt("old"));
    answers = [refreshed("new")];
    expect(await renewToken()).toBe(true);
  });
});
