import type { Schemas } from "~/api/client";

type Kind = Schemas["KindView"]["type"];

const kindsEn: Record<Kind, string> = {
  NOTIFICATION: "Messages from teachers",
  ENROLLED: "Your group was enrolled",
  TASK_EXTENSION_GRANTED: "More time for a task",
  TRACK_STARTED: "A track begins",
  TRACK_NOT_STARTED: "Your track could not begin",
  ASSIGNMENT_OPENED: "An assignment opens",
  REVIEW_STARTED: "There is something to review",
  DEADLINE_SOON: "A deadline is near",
  DEADLINE_MOVED: "A deadline was moved",
  STAGE_CLOSED: "A stage was closed",
  STAGE_REOPENED: "A stage was opened again",
  EXTENSION_GRANTED: "More time in a track",
  APPEAL_FILED: "An appeal to answer",
  APPEAL_DECIDED: "Your appeal was decided",
  REVIEW_DECIDED: "A decision about a review",
  COMMENT_ANSWERED: "A comment on code was answered",
  REVIEW_HIDDEN: "A review of yours was hidden",
  REVIEW_RETURNED: "A review of yours is to be written again",
};

const kindsRu: Record<Kind, string> = {
  NOTIFICATION: "Сообщения преподавателей",
  ENROLLED: "Вашу группу записали",
  TASK_EXTENSION_GRANTED: "Больше времени на задачу",
  TRACK_STARTED: "Трек начинается",
  TRACK_NOT_STARTED: "Ваш трек не начался",
  ASSIGNMENT_OPENED: "Открылось задание",
  REVIEW_STARTED: "Есть что проверить",
  DEADLINE_SOON: "Скоро срок",
  DEADLINE_MOVED: "Срок перенесён",
  STAGE_CLOSED: "Этап закрыт",
  STAGE_REOPENED: "Этап открыт снова",
  EXTENSION_GRANTED: "Больше времени в треке",
  APPEAL_FILED: "Апелляция, на которую надо ответить",
  APPEAL_DECIDED: "Решение по вашей апелляции",
  REVIEW_DECIDED: "Решение о рецензии",
  COMMENT_ANSWERED: "Ответ на комментарий к коду",
  REVIEW_HIDDEN: "Ваша рецензия скрыта",
  REVIEW_RETURNED: "Рецензию нужно написать заново",
};

const en = {
  title: "What you are told",
  kinds: kindsEn,
  kind: "About what",
  channels: { live: "At once", inbox: "In the list", mail: "By mail" },
  kindsHint: "At once: as soon as it happens, while the school is open in your browser. Mails come to your address.",
  digest: "The daily mail",
  deadlines: "What is due within three days",
  results: "What came of your work",
  hour: "At what hour",
  quiet: "Quiet hours",
  quietHint: "Meanwhile nothing comes at once or by mail. It comes when they end.",
  quietOn: "Have quiet hours",
  begin: "From",
  end: "Until",
  zone: "Time zone",
  zoneHint: (here: string) => `The hours above are those of this zone. Your browser is in ${here}.`,
  changed: "Your settings have changed elsewhere. Save once more to keep what you chose here.",
};

const ru: typeof en = {
  title: "О чём вам сообщать",
  kinds: kindsRu,
  kind: "О чём",
  channels: { live: "Сразу", inbox: "В списке", mail: "Почтой" },
  kindsHint: "Сразу: как только случилось, пока школа открыта в браузере. Письма приходят на ваш адрес.",
  digest: "Письмо раз в день",
  deadlines: "Что сдавать в ближайшие три дня",
  results: "Как оценены ваши работы",
  hour: "В котором часу",
  quiet: "Тихие часы",
  quietHint: "В это время ничего не приходит сразу и почтой. Всё придёт, когда они кончатся.",
  quietOn: "Включить тихие часы",
  begin: "С",
  end: "До",
  zone: "Часовой пояс",
  zoneHint: (here) => `Часы выше считаются по этому поясу. Пояс вашего браузера: ${here}.`,
  changed: "Настройки изменились в другом месте. Сохраните ещё раз, чтобы оставить выбранное здесь.",
};

export const preferences = { en, ru };
