// Refuses what does not parse, before the first test. A program whose main file parses only as a module becomes one.
"use strict";

const fs = require("fs");
const path = require("path");
const vm = require("vm");

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
  return !fs.existsSync(PACKAGE) && syntaxError("script", main) !== null && syntaxError("module", main) === null;
}

function message(error) {
  return error.stack.replace(/(\n +at .*)+$/, "");
}

function check(main) {
  const declared = isDeclaredModule();
  const becomes = becomesModule(main);
  const kinds = { ".mjs": "module", ".cjs": "script", ".js": declared || becomes ? "module" : "script" };
  const errors = programs().flatMap((name) => syntaxError(kinds[path.extname(name)], name) ?? []);
  for (const error of errors) console.error(message(error));
  if (becomes) fs.writeFileSync(PACKAGE, '{"type": "module"}\n');
  return errors.length > 0 ? 1 : 0;
}

process.exitCode = check(process.argv[1]);
