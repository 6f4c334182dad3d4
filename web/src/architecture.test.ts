import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SOURCE = fileURLToPath(new URL(".", import.meta.url));
const GENERATED = /\.d\.ts$/;
const MAX_LINES = 200;

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

const all = files(SOURCE)
  .map((path) => ({ path: relative(SOURCE, path), text: readFileSync(path, "utf8") }))
  .filter(({ path }) => /\.tsx?$/.test(path) && !GENERATED.test(path));
const product = all.filter(({ path }) => !path.endsWith(".test.ts"));

const imports = (text: string): string[] =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((found) => found[1] ?? "");

/** What each part may import of the others, besides itself and packages. */
const MAY: Record<string, readonly string[]> = {
  app: ["api", "lib", "ui", "texts", "features"],
  features: ["api", "lib", "ui", "texts"],
  api: ["lib"],
  ui: ["lib", "texts"],
  // The words for an enum of the API are complete by its type.
  texts: ["lib", "api"],
  lib: [],
};

function offences(rule: (file: { path: string; text: string }) => readonly string[]): string[] {
  return product.flatMap((file) => rule(file).map((offence) => `${file.path}: ${offence}`));
}

describe("the client's architecture", () => {
  it("has files to look at", () => {
    expect(product.length).toBeGreaterThan(40);
  });

  it("imports in one direction", () => {
    expect(
      offences(({ path, text }) => {
        const part = path.split("/")[0] ?? "";
        const allowed = MAY[part];
        if (!allowed) return [];
        const wanted = imports(text).filter((name) => name.startsWith("~/"));
        return wanted.filter((name) => {
          const target = name.split("/")[1] ?? "";
          return target !== part && !allowed.includes(target);
        });
      }),
    ).toEqual([]);
  });

  it("keeps features apart", () => {
    expect(
      offences(({ path, text }) => {
        const [part, feature] = path.split("/");
        if (part !== "features") return [];
        return imports(text).filter((name) => name.startsWith("~/features/") && name.split("/")[2] !== feature);
      }),
    ).toEqual([]);
  });

  it("reaches no folder by ../", () => {
    expect(
      offences(({ text }) => imports(text).filter((name) => name.startsWith("../") && !name.endsWith("api-types.mjs"))),
    ).toEqual([]);
  });

  it("calls the API in queries alone", () => {
    expect(
      offences(({ path, text }) =>
        path.startsWith("api/") || /queries\.ts$/.test(path)
          ? []
          : [...text.matchAll(/\bapi\.(GET|POST|PUT|PATCH|DELETE)\b/g)].map(([call]) => call),
      ),
    ).toEqual([]);
  });

  it("fetches in no effect", () => {
    expect(
      offences(({ path, text }) =>
        path.startsWith("api/") ? [] : [...text.matchAll(/\bfetch\(/g)].map(([call]) => call),
      ),
    ).toEqual([]);
  });

  it("casts only in api and lib", () => {
    expect(
      offences(({ path, text }) => {
        if (/^(api|lib)\//.test(path)) return [];
        return [...text.matchAll(/[\w)\]}] as (?!const\b)(?:[A-Z][\w<>[\]]*|never|any|unknown|string|number)[;),. ]/g)]
          .filter(({ index }) => !/^\s*(\/?\*|\/\/)/.test(text.slice(text.lastIndexOf("\n", index) + 1)))
          .map(([cast]) => cast);
      }),
    ).toEqual([]);
  });

  it("has no text outside the dictionaries", () => {
    expect(
      offences(({ path, text }) => {
        if (!path.endsWith(".tsx")) return [];
        const inMarkup = [...text.matchAll(/>\s*([^<>{}]*\p{L}{2,}[^<>{}]*?)\s*<\//gu)].map((found) => found[1] ?? "");
        const inAttributes = [
          ...text.matchAll(/\b(?:aria-label|title|placeholder|alt|label|hint)="([^"]*\p{L}{2,}[^"]*)"/gu),
        ].map((found) => found[1] ?? "");
        return [...inMarkup, ...inAttributes].filter((words) => !/[=;()]/.test(words) && !NAMES.has(words.trim()));
      }),
    ).toEqual([]);
  });

  it("uses the recommended way of the API only", () => {
    expect(
      offences(({ text }) => [...text.matchAll(/"\/(?:reg|login|refresh|token)"/g)].map(([path]) => path)),
    ).toEqual([]);
  });

  it("keeps files small", () => {
    expect(
      offences(({ path, text }) =>
        text.split("\n").length > MAX_LINES && !path.startsWith("texts/") && path !== "api/live.ts" ? ["too long"] : [],
      ),
    ).toEqual([]);
  });
});

/** Names of languages stand in themselves, in every language. */
const NAMES = new Set(["Русский", "English"]);
