/** The grammar of a language of the judge, fetched when it is wanted. What has none is plain text. */

import { StreamLanguage, type StreamParser } from "@codemirror/language";
import type { Extension } from "@codemirror/state";

type Load = () => Promise<Extension>;

const stream =
  (load: () => Promise<StreamParser<unknown>>): Load =>
  async () =>
    StreamLanguage.define(await load());

const python: Load = async () => (await import("@codemirror/lang-python")).python();
const cpp: Load = async () => (await import("@codemirror/lang-cpp")).cpp();
const csharp = stream(async () => (await import("@codemirror/legacy-modes/mode/clike")).csharp);
const kotlin = stream(async () => (await import("@codemirror/legacy-modes/mode/clike")).kotlin);
const javascript: Load = async () => (await import("@codemirror/lang-javascript")).javascript();
const typescript: Load = async () => (await import("@codemirror/lang-javascript")).javascript({ typescript: true });

const GRAMMARS: Readonly<Record<string, Load>> = {
  python3: python,
  pypy3: python,
  c: cpp,
  cpp17: cpp,
  cpp20: cpp,
  cpp23: cpp,
  java: async () => (await import("@codemirror/lang-java")).java(),
  kotlin,
  csharp,
  javascript,
  typescript,
  go: async () => (await import("@codemirror/lang-go")).go(),
  rust: async () => (await import("@codemirror/lang-rust")).rust(),
  php: async () => (await import("@codemirror/lang-php")).php({ plain: false }),
  sql: async () => (await import("@codemirror/lang-sql")).sql(),
  ruby: stream(async () => (await import("@codemirror/legacy-modes/mode/ruby")).ruby),
  haskell: stream(async () => (await import("@codemirror/legacy-modes/mode/haskell")).haskell),
  lua: stream(async () => (await import("@codemirror/legacy-modes/mode/lua")).lua),
  pascal: stream(async () => (await import("@codemirror/legacy-modes/mode/pascal")).pascal),
};

export async function grammarOf(language: string): Promise<Extension> {
  return (await GRAMMARS[language]?.()) ?? [];
}
