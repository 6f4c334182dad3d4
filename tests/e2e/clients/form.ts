/**
 * A form that is built from `violations` alone: node form.ts URL PATH TOKEN ANSWERS
 *
 * It begins empty and sends what it has. Each refusal adds inputs and says what they want, until nothing is wrong. It
 * knows no field and no rule of the server, and none of the server's words: it says itself what a code and its limits
 * mean. ANSWERS has by field what a person types, one after the other.
 */
import type { components } from "../../../build/clients/openapi-typescript.ts";

type ErrorView = components["schemas"]["ErrorView"];
type Violation = components["schemas"]["ViolationView"];
type Value = string | number | boolean | Value[] | { [member: string]: Value };

interface Input {
  type: string;
  attributes: Record<string, unknown>;
  /** What the form said beside it, in order. */
  said: string[];
}

const [url = "", path = "", token = "", typed = "{}"] = process.argv.slice(2);
const answers: Record<string, string[]> = JSON.parse(typed);

const inputs = new Map<string, Input>();
let body: Value = {};
const rounds: string[][] = [];

/** In the form's own words: a program needs the code and the limits, no text. */
function wording({ code, limits }: Violation): string {
  switch (code) {
    case "required":
      return "fill this in";
    case "too_short":
    case "password_too_short":
      return `at least ${limits.min} characters`;
    case "too_small":
      return `${limits.min} or more`;
    case "too_large":
      return `${limits.max} or less`;
    case "too_few":
      return `add ${limits.min} or more`;
    case "not_allowed":
      return `choose: ${limits.allowed}`;
    default:
      return limits.type || limits.format ? `this is no ${limits.format ?? limits.type}` : code;
  }
}

/** The steps of a JSON pointer (RFC 6901). */
function steps(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function put(whole: Value, [step, ...rest]: string[], value: Value): Value {
  if (step === undefined) return value;
  if (Array.isArray(whole)) return whole.map((each, index) => (String(index) === step ? put(each, rest, value) : each));
  if (typeof whole !== "object") throw new Error(`there is no ${step} in ${whole}`);
  return { ...whole, [step]: put(whole[step] ?? {}, rest, value) };
}

/** What an input sends for what a person typed into it. */
function valueOf(type: string, text: string): Value {
  if (type === "integer" || type === "number") return Number(text);
  return type === "boolean" ? text === "yes" : text;
}

function take(violation: Violation): void {
  const { field, limits } = violation;
  if (violation.in !== "body") throw new Error(`no input for ${violation.in} ${field}`);
  const input = inputs.get(field) ?? { type: "text", attributes: {}, said: [] };
  const { type, format, ...attributes } = limits;
  input.type = String(format ?? type ?? input.type);
  Object.assign(input.attributes, violation.code === "required" ? { required: true } : attributes);
  input.said.push(wording(violation));
  inputs.set(field, input);
  // A list gets its first row, of which nothing is known yet either; what is none of its rows' inputs gets what is typed.
  if (type === "array") body = put(body, steps(field), [{}]);
  else body = put(body, steps(field), valueOf(input.type, answers[field]?.shift() ?? ""));
}

for (;;) {
  const answer = await fetch(url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  if (answer.ok) {
    console.log(JSON.stringify({ status: answer.status, inputs: Object.fromEntries(inputs), rounds, body }));
    break;
  }
  const { code, violations }: ErrorView = await answer.json();
  if (!violations.length || rounds.length > 9) throw new Error(`${answer.status} ${code} ${JSON.stringify({ rounds, body })}`);
  rounds.push(violations.map((each) => each.field));
  violations.forEach(take);
}
