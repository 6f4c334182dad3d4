import { useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import type { TestResult } from "./program";
import { Block } from "./Statement";

/** A test that failed, in words: what was expected, what came, and where they first differ. */
export function FailedTest({ test }: { test: TestResult }) {
  const texts = useTexts(dictionary);
  const { sample, difference } = test;
  const cut = (part: "input" | "expected" | "got", title: string): string =>
    sample?.truncated.includes(part) ? `${title} (${texts.cut})` : title;
  return (
    <div className="failed-test">
      <h3>{texts.failedTest(test.number, texts.verdicts[test.verdict])}</h3>
      {test.message && <p>{test.message}</p>}
      {difference && !sample && (
        <>
          <p>{texts.difference(difference.line)}</p>
          <div className="sample-pair">
            <Block title={texts.expected} text={difference.expected ?? ""} />
            <Block title={texts.got} text={difference.got ?? ""} />
          </div>
        </>
      )}
      {sample && (
        <>
          {sample.annotations.map((annotation) => (
            <p key={`${annotation.line} ${annotation.message}`}>
              {texts.line(annotation.line)}: {annotation.message}
            </p>
          ))}
          <Block title={cut("input", texts.input)} text={sample.input} what={texts.input} />
          <div className="sample-pair">
            <Block title={cut("expected", texts.expected)} text={sample.expected} />
            <Block title={cut("got", texts.got)} text={sample.got ?? ""} />
          </div>
        </>
      )}
    </div>
  );
}
