import type { Language } from "./language";

const LOCALES = { en: "en-GB", ru: "ru-RU" } as const;

/** A day and a time with its zone: "30 Nov 2026, 18:00 GMT+3". */
export function dateTime(iso: string | number, language: Language): string {
  const format: Intl.DateTimeFormatOptions = {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  };
  return new Intl.DateTimeFormat(LOCALES[language], format).format(new Date(iso));
}

export function day(iso: string | number, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], { dateStyle: "long" }).format(new Date(iso));
}

export function number(value: number, language: Language, digits = 2): string {
  return new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: digits }).format(value);
}
