/** What a policy for late work means, in sentences: of tasks as of assignments. */

import type { Schemas } from "~/api/client";
import { number } from "./dates";
import { countEn, countRu } from "./plural";

type Policy = Pick<Schemas["LatePolicyView"], "grace_minutes" | "percent_per_day" | "steps">;

const hoursEn = (n: number): string => `${number(n, "en")} ${n === 1 ? "hour" : "hours"}`;
/** «больше чем на 1 час, на 2 часа, на 5 часов, на 1,5 часа». */
const hoursRu = (n: number): string =>
  Number.isInteger(n) ? countRu(n, "час", "часа", "часов") : `${number(n, "ru")} часа`;

const en = {
  states: { draft: "draft", not_open: "not open for pupils yet", locked: "locked for pupils", closed: "closed" },
  due: "Due",
  wasDue: "Was due on",
  takenUntil: "Late work is taken until",
  closes: "Closes",
  grace: (minutes: number) => `Up to ${countEn(minutes, "minute", "minutes")} late is still on time.`,
  perDay: (percent: number) => `Each day late costs ${number(percent, "en")}% of the points.`,
  step: (hours: number, percent: number) =>
    hours > 0
      ? `More than ${hoursEn(hours)} late costs ${number(percent, "en")}% of the points.`
      : `Late work costs ${number(percent, "en")}% of the points.`,
  free: "Being late costs nothing.",
  moreTime: "You have more time, until",
  charged: (percent: number) => `${number(percent, "en")}% less for being late`,
  daysSpent: (n: number) => `${countEn(n, "late day", "late days")} spent on it`,
};

const ru: typeof en = {
  states: {
    draft: "черновик",
    not_open: "ученикам пока не открыта",
    locked: "закрыта для учеников",
    closed: "приём окончен",
  },
  due: "Сдать до",
  wasDue: "Срок был",
  takenUntil: "С опозданием принимается до",
  closes: "Закроется",
  grace: (minutes) => `Опоздание до ${countRu(minutes, "минуты", "минут", "минут")} не считается.`,
  perDay: (percent) => `Каждый день опоздания снимает ${number(percent, "ru")} % баллов.`,
  step: (hours, percent) =>
    hours > 0
      ? `Опоздание больше чем на ${hoursRu(hours)} снимает ${number(percent, "ru")} % баллов.`
      : `Опоздание снимает ${number(percent, "ru")} % баллов.`,
  free: "За опоздание баллы не снимаются.",
  moreTime: "Вам дали больше времени, до",
  charged: (percent) => `минус ${number(percent, "ru")} % за опоздание`,
  daysSpent: (n) => `потрачено дней опоздания: ${n}`,
};

export const late = { en, ru };

export function rulesOf(policy: Policy, texts: typeof en): string {
  const costs = policy.steps.map((step) => texts.step(step.after_hours, step.percent));
  if (policy.percent_per_day > 0) costs.push(texts.perDay(policy.percent_per_day));
  if (costs.length === 0) return texts.free;
  return [...(policy.grace_minutes > 0 ? [texts.grace(policy.grace_minutes)] : []), ...costs].join(" ");
}
