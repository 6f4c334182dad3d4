import { useSyncExternalStore } from "react";

export type Language = "en" | "ru";

const KEY = "lyceum.language";
const listeners = new Set<() => void>();

function preferred(): Language {
  const stored = localStorage.getItem(KEY);
  if (stored === "en" || stored === "ru") return stored;
  return navigator.languages.some((language) => language.toLowerCase().startsWith("ru")) ? "ru" : "en";
}

let language: Language = "en";

export function startLanguage(): void {
  language = preferred();
  document.documentElement.lang = language;
}

export function currentLanguage(): Language {
  return language;
}

export function setLanguage(chosen: Language): void {
  language = chosen;
  localStorage.setItem(KEY, chosen);
  document.documentElement.lang = chosen;
  for (const listener of listeners) listener();
}

export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function useLanguage(): Language {
  return useSyncExternalStore(onLanguage, currentLanguage);
}

/** The dictionary of a feature in the reader's language. */
export function useTexts<T>(both: { en: T; ru: T }): T {
  return both[useLanguage()];
}
