import { countEn, countRu } from "./plural";

const en = {
  title: (assignment: string) => `Answered comments: ${assignment}`,
  none: "No comment was answered yet, neither on your work nor in your reviews.",
  onYours: "On your work",
  byYou: "In a review of yours",
  awaits: "Answered last by the other side",
  lines: (path: string, from: number, to: number) => (from === to ? `${path}, ${from}` : `${path}, ${from}–${to}`),
  answers: (n: number) => countEn(n, "answer", "answers"),
  saidInAll: (n: number, answered: number) =>
    `${countEn(n, "comment on lines", "comments on lines")}, ${answered} answered`,
  open: "Read and answer",
  ofLines: (where: string) => `the thread on ${where}`,
  toParticipants: "Here who takes part finds their own threads. Teachers find all below the results.",
};

const ru: typeof en = {
  title: (assignment) => `Комментарии с ответами: ${assignment}`,
  none: "Пока никто не ответил на комментарии: ни к вашей работе, ни в ваших рецензиях.",
  onYours: "К вашей работе",
  byYou: "В вашей рецензии",
  awaits: "Последний ответ не ваш",
  lines: (path, from, to) => (from === to ? `${path}, ${from}` : `${path}, ${from}–${to}`),
  answers: (n) => countRu(n, "ответ", "ответа", "ответов"),
  saidInAll: (n, answered) =>
    `${countRu(n, "комментарий", "комментария", "комментариев")} к строкам, с ответом: ${answered}`,
  open: "Прочитать и ответить",
  ofLines: (where) => `обсуждение: ${where}`,
  toParticipants: "Здесь участники находят свои обсуждения. Учителя найдут все под результатами.",
};

export const threads = { en, ru };
