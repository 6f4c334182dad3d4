import { countEn, countRu } from "./plural";

const en = {
  skip: "Skip to the content",
  menu: "Account and settings",
  sections: "Sections",
  home: "Home",
  courses: "Courses",
  tracks: "Tracks",
  notifications: "Notifications",
  unread: (n: number) => `${n >= 100 ? "100+" : countEn(n, "unread", "unread")}`,
  account: "Account",
  signIn: "Sign in",
  signUp: "Sign up",
  signOut: "Sign out",
  language: "Language",
  theme: "Theme",
  themes: { system: "as the system", light: "light", dark: "dark" },
  live: {
    live: "Live",
    connecting: "Connecting",
    reconnecting: "Connecting again",
    offline: "Offline",
    ended: "Not live",
  },
  signedOut: "Your session has ended. Sign in again to go on.",
};

const ru: typeof en = {
  skip: "К содержанию",
  menu: "Аккаунт и настройки",
  sections: "Разделы",
  home: "Главная",
  courses: "Курсы",
  tracks: "Треки",
  notifications: "Уведомления",
  unread: (n) => (n >= 100 ? "100+" : countRu(n, "непрочитанное", "непрочитанных", "непрочитанных")),
  account: "Аккаунт",
  signIn: "Войти",
  signUp: "Зарегистрироваться",
  signOut: "Выйти",
  language: "Язык",
  theme: "Тема",
  themes: { system: "как в системе", light: "светлая", dark: "тёмная" },
  live: {
    live: "На связи",
    connecting: "Подключение",
    reconnecting: "Подключаемся снова",
    offline: "Нет сети",
    ended: "Без обновлений",
  },
  signedOut: "Сеанс закончился. Войдите снова, чтобы продолжить.",
};

export const shell = { en, ru };
