import { account } from "~/texts/account";
import { setLanguage, useLanguage, useTexts } from "~/texts/language";
import { shell } from "~/texts/shell";
import { Select } from "~/ui/Field";
import { setTheme, THEMES, useTheme } from "~/ui/theme";

export function Looks() {
  const texts = useTexts(account);
  const { themes } = useTexts(shell);
  const language = useLanguage();
  const theme = useTheme();
  return (
    <section>
      <h2>{texts.looks}</h2>
      <div className="form">
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
              {themes[each]}
            </option>
          ))}
        </Select>
      </div>
    </section>
  );
}
