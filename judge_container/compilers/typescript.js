// Compiles a TypeScript program with the compiler's defaults, and with just enough of Node's API declared to use it.
"use strict";

const PLACES = ["/usr/share/nodejs", "/usr/local/lib/node_modules", "/usr/lib/node_modules"];
const ts = require(PLACES.map((place) => `${place}/typescript`).find(require("fs").existsSync) ?? "typescript");

const OPTIONS = {
  target: ts.ScriptTarget.ES2021,
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.NodeJs,
  lib: ["lib.es2021.d.ts"],
  types: [],
  esModuleInterop: true,
  resolveJsonModule: true,
  noEmitOnError: true,
  skipLibCheck: true,
};

const MODULES = [
  "assert", "buffer", "crypto", "events", "fs", "os", "path", "perf_hooks", "process", "readline", "readline/promises",
  "stream", "string_decoder", "timers", "timers/promises", "url", "util", "worker_threads",
];
const VALUES = [
  "Buffer", "TextDecoder", "TextEncoder", "URL", "__dirname", "__filename", "clearImmediate", "clearInterval",
  "clearTimeout", "console", "exports", "global", "module", "performance", "process", "queueMicrotask", "require",
  "setImmediate", "setInterval", "setTimeout", "structuredClone",
];
const NODE = "node.d.ts";
const DECLARATIONS = [
  ...MODULES.flatMap((name) => [`declare module "${name}";`, `declare module "node:${name}";`]),
  ...VALUES.map((name) => `declare var ${name}: any;`),
].join("\n");

function host() {
  const real = ts.createCompilerHost(OPTIONS);
  const getSourceFile = (name, ...rest) =>
    name === NODE ? ts.createSourceFile(name, DECLARATIONS, OPTIONS.target) : real.getSourceFile(name, ...rest);
  return { ...real, getSourceFile, fileExists: (name) => name === NODE || real.fileExists(name) };
}

function compile(main) {
  const program = ts.createProgram([NODE, main], OPTIONS, host());
  const { diagnostics, emitSkipped } = program.emit();
  const all = ts.sortAndDeduplicateDiagnostics([...ts.getPreEmitDiagnostics(program), ...diagnostics]);
  console.error(ts.formatDiagnostics(all, ts.createCompilerHost(OPTIONS)).trimEnd());
  return emitSkipped || all.some(({ category }) => category === ts.DiagnosticCategory.Error) ? 1 : 0;
}

process.exitCode = compile(process.argv[1]);
