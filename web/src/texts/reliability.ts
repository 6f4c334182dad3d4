const en = {
  weighted: "This track is weighted: reviewers who agree with others and with the judge count more in the medians.",
  own: "How reliable your reviews are",
  all: "How reliable the reviewers are",
  notYet: "It is computed when a review stage is over, and shown when you owe no reviews of it.",
  notYetAll: "It is computed when a review stage is over.",
  tooFew: "Not known yet",
  name: "Name",
  reliability: "Reliability",
  agreement: "Agreement",
  reviews: "Reviews compared",
  unnamed: "no name",
};

const ru: typeof en = {
  weighted: "Этот трек взвешен: рецензенты, согласные с остальными и с проверяющей системой, весят в медианах больше.",
  own: "Насколько надёжны ваши рецензии",
  all: "Насколько надёжны рецензенты",
  notYet: "Считается, когда заканчивается этап рецензий; показывается, когда за вами нет его рецензий.",
  notYetAll: "Считается, когда заканчивается этап рецензий.",
  tooFew: "Пока неизвестно",
  name: "Имя",
  reliability: "Надёжность",
  agreement: "Согласие",
  reviews: "Сравнено рецензий",
  unnamed: "без имени",
};

export const reliability = { en, ru };
