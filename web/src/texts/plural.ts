const rules = { en: new Intl.PluralRules("en"), ru: new Intl.PluralRules("ru") };

/** "1 test", "2 tests". */
export function countEn(n: number, one: string, other: string): string {
  return `${n} ${rules.en.select(n) === "one" ? one : other}`;
}

/** «1 тест», «2 теста», «5 тестов». */
export function countRu(n: number, one: string, few: string, many: string): string {
  const form = rules.ru.select(n);
  return `${n} ${form === "one" ? one : form === "few" ? few : many}`;
}

/** "… of 1 point", "… of 2.5 points". */
export function pointsEn(of: string): string {
  return `${of} ${of === "1" ? "point" : "points"}`;
}

/** «… из 1 балла», «… из 21 балла», «… из 2,5 балла», «… из 5 баллов». */
export function pointsRu(of: string): string {
  return `${of} ${/,|(^|[^1])1$/.test(of) ? "балла" : "баллов"}`;
}
