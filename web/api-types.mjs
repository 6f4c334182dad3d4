// Writes src/api/schema.d.ts and src/api/frames.d.ts from the API's own documents. `make openapi` runs it.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const DOCS = new URL("../docs/", import.meta.url);
const HEAD = "// Made by `make openapi` from the documents in docs/. Do not edit.\n\n";

async function typesOf(document) {
  return HEAD + astToString(await openapiTS(document, { defaultNonNullable: false }));
}

const pointer = (text) => text.replaceAll("~1", "/").replaceAll("~0", "~");

/** The frames as an OpenAPI document that has nothing but schemas: each message's frame, and the union of each channel's. */
export function framesAsOpenapi(asyncapi) {
  const schemas = { ...asyncapi.components.schemas };
  const key = (name) => `frame.${name}`;
  for (const [name, message] of Object.entries(asyncapi.components.messages)) schemas[key(name)] = message.payload;
  for (const [channel, { messages }] of Object.entries(asyncapi.channels)) {
    const frames = Object.values(messages).map(({ $ref }) => pointer($ref.split("/").at(-1)));
    for (const side of ["client", "server"]) {
      const told = frames.filter((name) => name.endsWith(`.${side}`));
      schemas[`${channel}.${side}`] = { oneOf: told.map((name) => ({ $ref: `#/components/schemas/${key(name)}` })) };
    }
  }
  return { openapi: "3.1.0", info: { title: "frames", version: "1" }, paths: {}, components: { schemas } };
}

export async function apiTypes() {
  const [openapi, asyncapi] = await Promise.all(
    ["openapi.json", "asyncapi.json"].map(async (name) => JSON.parse(await readFile(new URL(name, DOCS), "utf8"))),
  );
  return { "schema.d.ts": await typesOf(openapi), "frames.d.ts": await typesOf(framesAsOpenapi(asyncapi)) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(await apiTypes())) {
    await writeFile(new URL(`src/api/${name}`, import.meta.url), text);
  }
}
