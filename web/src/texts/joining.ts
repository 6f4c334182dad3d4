import { countEn, countRu } from "./plural";

/** A track as a whole: who may join it, and when it begins. */
const en = {
  join: (missing: number) =>
    missing === 1
      ? "You are the last one it waits for: enroll, and it begins at once."
      : `Enroll: it begins when ${missing} more are there.`,
  joinByTime: "Enroll: it begins at its time, with those who are there.",
  begins: "It begins",
  full: "All places are taken.",
  wait: (missing: number) => `You are in. It begins when ${countEn(missing, "more is", "more are")} there.`,
  waitForTime: "You are in. It begins at its time, with those who are there.",
  gathering: (missing: number) => `You teach this track. It waits for ${missing} more.`,
  gatheringByTime: "You teach this track. It begins at its time, with those who are there.",
  closed: "It has begun, and takes nobody in any more.",
  soon: "The next assignment opens in a moment.",
  over: "The track is over.",
  enroll: "Take part",
  leave: "Leave the track",
  leaving: (title: string) => `Leave “${title}”?`,
  leavingHint: "You can come back as long as the track has not begun and has room.",
  noLeaving: "Once it has begun nobody can leave.",
};

const ru: typeof en = {
  join: (missing) =>
    missing === 1
      ? "Не хватает только вас: запишитесь, и трек сразу начнётся."
      : `Запишитесь: трек начнётся, когда наберётся ещё ${countRu(missing, "участник", "участника", "участников")}.`,
  joinByTime: "Запишитесь: трек начнётся в назначенное время с теми, кто записался.",
  begins: "Начало:",
  full: "Все места заняты.",
  wait: (missing) =>
    `Вы записаны. Трек начнётся, когда наберётся ещё ${countRu(missing, "участник", "участника", "участников")}.`,
  waitForTime: "Вы записаны. Трек начнётся в назначенное время с теми, кто записался.",
  gathering: (missing) =>
    `Вы ведёте этот трек. Не хватает ещё ${countRu(missing, "участника", "участников", "участников")}.`,
  gatheringByTime: "Вы ведёте этот трек. Он начнётся в назначенное время с теми, кто записался.",
  closed: "Трек уже начался, записаться больше нельзя.",
  soon: "Следующее задание вот-вот откроется.",
  over: "Трек завершён.",
  enroll: "Участвовать",
  leave: "Покинуть трек",
  leaving: (title) => `Покинуть трек «${title}»?`,
  leavingHint: "Вернуться можно, пока трек не начался и в нём есть места.",
  noLeaving: "Когда трек начнётся, выйти из него будет нельзя.",
};

export const joining = { en, ru };
