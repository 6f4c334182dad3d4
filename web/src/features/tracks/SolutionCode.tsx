import { type ReactNode, useState } from "react";
import type { Schemas } from "~/api/client";
import { code as dictionary } from "~/texts/code";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { Select } from "~/ui/Field";
import { Loaded } from "~/ui/Loaded";
import { CodeChanges } from "./CodeChanges";
import { CodeLines } from "./CodeLines";
import { useCode, useCodeFile } from "./code.queries";
import { FetchWords } from "./FetchWords";
import "./code.css";

export type SolutionCodeProps = {
  assignmentId: number;
  submissionId: number;
  /** What stands below a line of a version, and what choosing a line does: for those who review. */
  below?: (path: string, line: number, version: number) => ReactNode;
  onLine?: (path: string, from: number, to: number, version: number) => void;
  /** What is said of lines: how many remarks a file has, and which lines are meant. */
  said?: Said;
  /** Which version is shown first; the one that is reviewed without it. */
  first?: number | null;
};

export type Said = {
  count: (path: string, version: number) => number;
  isMeant: (path: string, line: number, version: number) => boolean;
};

/** The code of a solution: its files, its versions, and what changed between them. */
export function SolutionCode(props: SolutionCodeProps) {
  const [version, setVersion] = useState(props.first ?? null);
  const texts = useTexts(dictionary);
  const code = useCode(props.assignmentId, props.submissionId, version);
  return (
    <Loaded query={code}>
      {(found) => (
        <>
          {found.fetch && (found.role === "teacher" || found.version === null) && <FetchWords fetch={found.fetch} />}
          {found.version === null && !found.fetch && <p className="faint">{texts.onlyLink}</p>}
          {found.version !== null && <Shown {...props} code={found} shown={found.version} onVersion={setVersion} />}
        </>
      )}
    </Loaded>
  );
}

type ShownProps = SolutionCodeProps & {
  code: Schemas["SolutionCodeView"];
  shown: number;
  onVersion: (version: number) => void;
};

function Shown({ code, shown, onVersion, ...props }: ShownProps) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const [changes, setChanges] = useState(false);
  const hasBefore = code.versions.some(({ version }) => version < shown);
  const own = code.versions.find(({ version }) => version === shown);
  return (
    <div className="solution-code">
      {code.versions.length > 1 && (
        <div className="row">
          <Select label={texts.version} value={shown} onChange={(event) => onVersion(Number(event.target.value))}>
            {code.versions.map(({ version, made_at: at }) => (
              <option key={version} value={version}>
                {texts.versionAt(version, at ? dateTime(at, language) : "")}
              </option>
            ))}
          </Select>
          {hasBefore && (
            <Select
              label={texts.view}
              value={changes ? "changes" : "whole"}
              onChange={(event) => setChanges(event.target.value === "changes")}
            >
              <option value="whole">{texts.whole}</option>
              <option value="changes">{texts.changes}</option>
            </Select>
          )}
        </div>
      )}
      {changes && hasBefore ? (
        <CodeChanges {...props} version={shown} />
      ) : (
        <Files {...props} files={code.files} version={shown} />
      )}
      {own && <LeftOut left={own.left_out} />}
    </div>
  );
}

type FilesProps = SolutionCodeProps & { files: Schemas["CodeFileView"][]; version: number };

function Files({ files, version, ...props }: FilesProps) {
  const texts = useTexts(dictionary);
  const [chosen, setChosen] = useState("");
  const count = (path: string): number => props.said?.count(path, version) ?? 0;
  const open = files.find(({ path }) => path === chosen) ?? files.find(({ path }) => count(path) > 0) ?? files[0];
  if (!open) return null;
  return (
    <div className="code-files">
      {files.length > 1 && (
        <nav aria-label={texts.files}>
          <ul>
            {files.map(({ path, lines }) => (
              <li key={path}>
                <button type="button" aria-current={path === open.path || undefined} onClick={() => setChosen(path)}>
                  <code>{path}</code> <span className="faint">{texts.lines(lines)}</span>
                  {count(path) > 0 && <span>{texts.remarks(count(path))}</span>}
                </button>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <OneFile {...props} key={open.path} path={open.path} version={version} />
    </div>
  );
}

type OneFileProps = SolutionCodeProps & { path: string; version: number };

function OneFile({ assignmentId, submissionId, path, version, below, onLine, said }: OneFileProps) {
  const file = useCodeFile(assignmentId, submissionId, version, path);
  return (
    <div className="code-file">
      <p className="code-path">
        <code>{path}</code>
      </p>
      <Loaded query={file}>
        {({ files }) => (
          <CodeLines
            path={path}
            text={files[0]?.content ?? ""}
            below={below && ((line) => below(path, line, version))}
            onLine={onLine && ((from, to) => onLine(path, from, to, version))}
            isMeant={said && ((line) => said.isMeant(path, line, version))}
          />
        )}
      </Loaded>
    </div>
  );
}

function LeftOut({ left }: { left: Schemas["LeftOutView"][] }) {
  const texts = useTexts(dictionary);
  if (left.length === 0) return null;
  return (
    <details>
      <summary>{texts.leftOut(left.length)}</summary>
      <ul>
        {left.map(({ path, reason }) => (
          <li key={path}>
            <code>{path}</code>: {reason}
          </li>
        ))}
      </ul>
    </details>
  );
}
