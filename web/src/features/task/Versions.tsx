import { useId } from "react";
import type { Keeper } from "~/lib/keeper";
import type { Version } from "~/lib/versions";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import { Button } from "~/ui/Button";

/** What else there is of the program: of another device, sent earlier, replaced. Taking one lays the present one aside. */
export function Versions({ keeper, onTake }: { keeper: Keeper; onTake: (text: string) => void }) {
  const texts = useTexts(dictionary);
  const id = useId();
  const { others, theirs } = keeper.state;
  const take = (version: Version): void => {
    keeper.take(version);
    onTake(version.text);
  };
  return (
    <>
      {others.length > 0 && (
        <>
          <button type="button" className="button quiet" popoverTarget={id}>
            {texts.versions(others.length)}
          </button>
          <div className="versions" id={id} popover="auto">
            <h2>{texts.versionsTitle}</h2>
            <p className="faint">{texts.versionsHint}</p>
            {others.map((version) => (
              <One key={version.text} version={version} onTake={() => take(version)} />
            ))}
          </div>
        </>
      )}
      {theirs && (
        <div className="theirs" role="alert">
          <p>{texts.theirs}</p>
          <div className="row">
            <Button onClick={() => take(theirs)}>{texts.takeTheirs}</Button>
            <Button kind="quiet" onClick={() => keeper.dismiss()}>
              {texts.keepMine}
            </Button>
          </div>
        </div>
      )}
    </>
  );
}

function One({ version, onTake }: { version: Version; onTake: () => void }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const when = dateTime(version.at, language);
  return (
    <section className="version">
      <div className="row">
        <h3>{texts.versionFrom[version.from]}</h3>
        <span className="faint">{when}</span>
        <Button onClick={onTake}>
          {texts.takeVersion} <span className="visually-hidden">{when}</span>
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it a keyboard cannot scroll the box */}
      <pre tabIndex={0}>{version.text}</pre>
    </section>
  );
}
