import { countEn, countRu } from "./plural";

const en = {
  linesHint:
    "Choose the number of a line to say something of it, with Shift held the last of several. Up and Down lead from line to line.",
  onLine: (n: number) => `On line ${n}`,
  onLines: (from: number, to: number) => `On lines ${from} to ${to}`,
  criterion: "Criterion",
  noCriterion: "none",
  aboutVersion: (version: number) => `What you say of lines is about version ${version}.`,
  remove: "Remove",
  removeOn: (where: string) => `the comment: ${where}`,
  wanted: "A comment on this criterion is demanded, here or on a line.",
  kept: { nothing: "Not kept yet.", here: "Kept on this device.", everywhere: "Kept on all your devices." },
  theirs: "You have written something else on another device.",
  takeTheirs: "Take that",
  keepMine: "Keep this",

  title: (assignment: string) => `Comments: ${assignment}`,
  comments: "Comments on lines",
  none: "Nobody has said anything of single lines.",
  you: "You",
  reviewer: "A reviewer",
  reviewerNumber: (n: number) => `Reviewer ${n}`,
  by: { author: "The author", reviewer: "The reviewer", teacher: "A teacher" },
  about: (criterion: string) => `about “${criterion}”`,
  answers: (n: number) => (n === 0 ? "Answer" : countEn(n, "answer", "answers")),
  answerTo: (where: string) => `to: ${where}`,
  yourAnswer: "Your answer",
  answerHint: "Neither of you learns who the other is.",
  answer: "Answer",
  notYet: "You can answer when the review stage is over.",
  answered: "Answered.",
};

const ru: typeof en = {
  linesHint:
    "Чтобы сказать что-то о строке, выберите её номер, с Shift — последнюю из нескольких. Стрелки ведут от строки к строке.",
  onLine: (n) => `О строке ${n}`,
  onLines: (from, to) => `О строках с ${from} по ${to}`,
  criterion: "Критерий",
  noCriterion: "никакой",
  aboutVersion: (version) => `Сказанное о строках относится к версии ${version}.`,
  remove: "Убрать",
  removeOn: (where) => `комментарий: ${where}`,
  wanted: "Этот критерий требует комментария: здесь или к строке.",
  kept: {
    nothing: "Ещё не сохранено.",
    here: "Сохранено на этом устройстве.",
    everywhere: "Сохранено на всех ваших устройствах.",
  },
  theirs: "На другом устройстве вы написали другое.",
  takeTheirs: "Взять то",
  keepMine: "Оставить это",

  title: (assignment) => `Комментарии: ${assignment}`,
  comments: "Комментарии к строкам",
  none: "Об отдельных строках никто ничего не сказал.",
  you: "Вы",
  reviewer: "Рецензент",
  reviewerNumber: (n) => `Рецензент ${n}`,
  by: { author: "Автор", reviewer: "Рецензент", teacher: "Учитель" },
  about: (criterion) => `о «${criterion}»`,
  answers: (n) => (n === 0 ? "Ответить" : countRu(n, "ответ", "ответа", "ответов")),
  answerTo: (where) => `на: ${where}`,
  yourAnswer: "Ваш ответ",
  answerHint: "Никто из вас не узнает, кто другой.",
  answer: "Ответить",
  notYet: "Отвечать можно, когда этап рецензий закончится.",
  answered: "Ответ отправлен.",
};

export const comments = { en, ru };
