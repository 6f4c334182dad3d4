const en = {
  oneByOne: "Each review, and what you may do about it",
  toQueue: "What is to be looked at: appeals, reviews that lie apart",
  toWritten: "Reviews that you wrote",
  toThreads: "Comments that were answered",
};

const ru: typeof en = {
  oneByOne: "Каждая рецензия и что с ней можно сделать",
  toQueue: "Что нужно посмотреть: апелляции, расхождения рецензий",
  toWritten: "Рецензии, которые вы написали",
  toThreads: "Комментарии, на которые ответили",
};

/** The ways to what follows reviews: apart from the rest, for they stand on screens that show nothing of it. */
export const toOversight = { en, ru };
