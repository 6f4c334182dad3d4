import { useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import { Block, Lines } from "./Block";
import { compared, type TestResult } from "./program";

/** A test that failed, in words: what was expected, what came, and where they first differ. */
export function FailedTest({ test, onLine }: { test: TestResult; onLine?: ((line: number) => void) | undefined }) {
  const texts = useTexts(dictionary);
  const { sample, difference } = test;
  const cut = (part: "input" | "expected" | "got", title: string): string =>
    sample?.truncated.includes(part) ? `${title} (${texts.cut})` : title;
  // Only a checker that compares lines knows of a difference: to others, other texts may be as right.
  const found = sample && difference && sample.got !== null ? compared(sample.expected, sample.got) : null;
  return (
    <section className="failed-test">
      <h2>{texts.failedTest(test.number, texts.verdicts[test.verdict])}</h2>
      {difference ? <p>{texts.difference(difference.line)}</p> : test.message && <p>{test.message}</p>}
      {difference && !sample && (
        <div className="sample-pair">
          <Block title={texts.expected} text={difference.expected ?? ""} />
          <Block title={texts.got} text={difference.got ?? ""} />
        </div>
      )}
      {sample && (
        <>
          <Lines annotations={sample.annotations} onLine={onLine} />
          <div className="sample-pair">
            <Block title={cut("input", texts.input)} text={sample.input} what={texts.input} />
            <Block title={cut("expected", texts.expected)} text={sample.expected} parts={found?.expected} />
            {sample.got !== null && <Block title={cut("got", texts.got)} text={sample.got} parts={found?.got} />}
          </div>
        </>
      )}
    </section>
  );
}
