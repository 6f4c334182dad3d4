import { beforeEach, expect, it, vi } from "vitest";
import { api } from "./client";
import { acceptToken, forgetToken } from "./token";

const jwt = (sub: string): string => `x.${btoa(JSON.stringify({ sub, iat: 1000, exp: 1360 }))}.x`;

/** What reached the school: path and token. */
let sent: string[];
let answer: (request: Request) => Promise<Response>;

beforeEach(() => {
  sent = [];
  forgetToken();
  vi.stubGlobal("document", { documentElement: { lang: "en" } });
  vi.stubGlobal("navigator", { locks: { request: (_: string, work: () => unknown) => work() } });
  vi.stubGlobal("location", new URL("http://school.example/app/"));
  vi.stubGlobal("fetch", async (asked: Request | string) => {
    if (typeof asked === "string") return Response.json({ access_token: jwt("8") });
    sent.push(`${new URL(asked.url).pathname} ${asked.headers.get("Authorization")}`);
    return await answer(asked);
  });
});

const refused = async () => Response.json({}, { status: 401 });

it("sends nothing again by an account that another tab put in the place of the one that meant it", async () => {
  acceptToken(jwt("7"));
  answer = refused;
  const first = await api.POST("/ws-tickets", { baseUrl: "http://school.example" });
  expect(first.response.status).toBe(401);
  expect(sent).toEqual([`/ws-tickets Bearer ${jwt("7")}`]);
});

it("sends nothing again by it though its token was renewed by another request meanwhile", async () => {
  acceptToken(jwt("7"));
  answer = async () => {
    acceptToken(jwt("8"));
    return await refused();
  };
  const late = await api.POST("/ws-tickets", { baseUrl: "http://school.example" });
  expect(late.response.status).toBe(401);
  expect(sent).toEqual([`/ws-tickets Bearer ${jwt("7")}`]);
});

it("sends it again where the token alone was old", async () => {
  acceptToken(jwt("8"));
  answer = async () => (sent.length === 1 ? await refused() : Response.json({ ticket: "t" }));
  const { data } = await api.POST("/ws-tickets", { baseUrl: "http://school.example" });
  expect(data).toMatchObject({ ticket: "t" });
  expect(sent).toHaveLength(2);
});
