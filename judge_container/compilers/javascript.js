// Refuses what does not parse, before the first test. A program whose main file parses only as a module becomes one.
"use strict";

const fs = require("fs");
const path = require("path");
const vm = require("vm");
const { spawnSync } = require("child_process");

const COMMONJS = ["exports", "require", "module", "__filename", "__dirname"];
const PACKAGE = "package.json";

const parsers = {
  script: (name, text) => vm.compileFunction(text, COMMONJS, { filename: name }),
  module: (name, text) => new vm.SourceTextModule(text, { identifier: name }),
};

function syntaxError(kind, name) {
  try {
    parsers[kind](name, fs.readFileSync(name, "utf8").replace(/^#!.*/, ""));
    return null;
  } catch (error) {
    return error;
  }
}

function programs(directory = ".") {
  return fs.readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(directory, entry.name);
    return entry.isDirectory() ? programs(name) : /\.[cm]?js$/.test(name) ? [name] : [];
  });
}

function isDeclaredModule() {
  return fs.existsSync(PACKAGE) && JSON.parse(fs.readFileSync(PACKAGE, "utf8")).type === "module";
}

function becomesModule(main) {
  const complaint = fs.existsSync(PACKAGE) ? null : syntaxError("script", main);
  return complaint !== null && (/import|export/.test(complaint.message) || syntaxError("module", main) === null);
}

// V8 tells where a script went wrong; for a module only Node's own check does.
function message(kind, name, error) {
  const told = kind === "module" ? spawnSync(process.execPath, ["--check", name], { encoding: "utf8" }).stderr : "";
  return (told || error.stack).replace(/^file:\/\/.*\//, "").replace(/(\n +at .*)+\n*(Node\.js .*)?\s*$/, "");
}

function check(main) {
  const declared = isDeclaredModule();
  const becomes = becomesModule(main);
  if (becomes) fs.writeFileSync(PACKAGE, '{"type": "module"}\n');
  const kinds = { ".mjs": "module", ".cjs": "script", ".js": declared || becomes ? "module" : "script" };
  const errors = programs().flatMap((name) => {
    const kind = kinds[path.extname(name)];
    const error = syntaxError(kind, name);
    return error ? [message(kind, name, error)] : [];
  });
  for (const error of errors) console.error(error);
  return errors.length > 0 ? 1 : 0;
}

process.exitCode = check(process.argv[1]);
