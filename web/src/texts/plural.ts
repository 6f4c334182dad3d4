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
