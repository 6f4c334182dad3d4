import { setLanguage, useLanguage, useTexts } from "~/texts/language";
import { shell } from "~/texts/shell";
import { Select } from "./Field";
import { setTheme, THEMES, useTheme } from "./theme";

/** The language and the theme of the pages, to be chosen. */
export function LookChoices() {
  const texts = useTexts(shell);
  const language = useLanguage();
  const theme = useTheme();
  return (
    <>
      <Select
        label={texts.language}
        value={language}
        onChange={(event) => setLanguage(event.target.value === "ru" ? "ru" : "en")}
      >
        <option value="ru">Русский</option>
        <option value="en">English</option>
      </Select>
      <Select
        label={texts.theme}
        value={theme}
        onChange={(event) => setTheme(THEMES.find((each) => each === event.target.value) ?? "system")}
      >
        {THEMES.map((each) => (
          <option key={each} value={each}>
            {texts.themes[each]}
          </option>
        ))}
      </Select>
    </>
  );
}
