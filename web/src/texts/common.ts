import type { Span } from "~/lib/clock";
import { countEn, countRu } from "./plural";

const en = {
  product: "Lyceum",
  loading: "Loading…",
  retry: "Try again",
  more: "Show more",
  close: "Close",
  cancel: "Cancel",
  save: "Save",
  saved: "Saved",
  copy: "Copy",
  copied: "Copied",
  required: "required",
  optional: "if you like",
  unreachable: "The school cannot be reached. Check your connection.",
  waiting: "There is no connection. This is shown as soon as there is one.",
  failed: "That did not work.",
  notFound: "There is no such page.",
  toHome: "To the first page",
  requestId: (id: string) => `Request ${id}`,
  retryIn: (seconds: number) => `Again in ${countEn(seconds, "second", "seconds")}`,
  asOf: (time: string) => `No connection. As of ${time}`,
  outOfDate: "This page has been renewed meanwhile. Reload it to go on.",
  reload: "Reload",
  over: "over",
  left: ({ days, hours, minutes, seconds }: Span) =>
    days > 0
      ? `${countEn(days, "day", "days")} ${hours} h`
      : `${hours > 0 ? `${hours} h ` : ""}${minutes} min${hours > 0 ? "" : ` ${seconds} s`}`,
  minutesLeft: (minutes: number) => `${countEn(minutes, "minute", "minutes")} left`,
};

const ru: typeof en = {
  product: "Лицей",
  loading: "Загрузка…",
  retry: "Попробовать ещё раз",
  more: "Показать ещё",
  close: "Закрыть",
  cancel: "Отмена",
  save: "Сохранить",
  saved: "Сохранено",
  copy: "Скопировать",
  copied: "Скопировано",
  required: "обязательно",
  optional: "по желанию",
  unreachable: "Школа недоступна. Проверьте соединение с сетью.",
  waiting: "Нет связи. Всё появится, как только связь восстановится.",
  failed: "Не получилось.",
  notFound: "Такой страницы нет.",
  toHome: "На главную",
  requestId: (id) => `Запрос ${id}`,
  retryIn: (seconds) => `Ещё раз через ${countRu(seconds, "секунду", "секунды", "секунд")}`,
  asOf: (time) => `Нет связи. Данные на ${time}`,
  outOfDate: "Страница за это время обновилась. Перезагрузите её, чтобы продолжить.",
  reload: "Перезагрузить",
  over: "время вышло",
  left: ({ days, hours, minutes, seconds }) =>
    days > 0
      ? `${countRu(days, "день", "дня", "дней")} ${hours} ч`
      : `${hours > 0 ? `${hours} ч ` : ""}${minutes} мин${hours > 0 ? "" : ` ${seconds} с`}`,
  minutesLeft: (minutes) => `Осталось: ${countRu(minutes, "минута", "минуты", "минут")}`,
};

export const common = { en, ru };
