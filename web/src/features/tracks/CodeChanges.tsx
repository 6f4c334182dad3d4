import type { Schemas } from "~/api/client";
import { code as dictionary } from "~/texts/code";
import { useTexts } from "~/texts/language";
import { Loaded } from "~/ui/Loaded";
import { Status } from "~/ui/Status";
import { useCodeChanges } from "./code.queries";

type Props = { assignmentId: number; submissionId: number; version: number };

/** What a version changed since the one before it, file by file. */
export function CodeChanges({ assignmentId, submissionId, version }: Props) {
  const texts = useTexts(dictionary);
  const changes = useCodeChanges(assignmentId, submissionId, version);
  return (
    <Loaded query={changes}>
      {({ files }) =>
        files.length === 0 ? (
          <p className="faint">{texts.same}</p>
        ) : (
          files.map((file) => <FileChanges key={file.path} file={file} />)
        )
      }
    </Loaded>
  );
}

function FileChanges({ file }: { file: Schemas["FileDiffView"] }) {
  const texts = useTexts(dictionary);
  return (
    <section className="code-changes">
      <p className="row code-path">
        <code>{file.path}</code>
        <Status tone="calm">{texts.states[file.state]}</Status>
      </p>
      {file.is_rough && <p className="faint">{texts.rough}</p>}
      {file.hunks.length === 0 && file.state === "changed" && <p className="faint">{texts.endings}</p>}
      {file.hunks.map((hunk) => (
        <Hunk key={`${hunk.old_start}-${hunk.new_start}`} path={file.path} hunk={hunk} />
      ))}
      {file.is_cut && <p className="faint">{texts.cut}</p>}
    </section>
  );
}

const SIGNS = { same: " ", removed: "−", added: "+" } as const;

function Hunk({ path, hunk }: { path: string; hunk: Schemas["HunkView"] }) {
  const texts = useTexts(dictionary);
  const spoken = { same: undefined, removed: texts.removedLine, added: texts.addedLine };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
    <section className="code-lines" aria-label={texts.hunk(path, hunk.new_start)} tabIndex={0}>
      <table>
        <tbody>
          {hunk.lines.map((line) => (
            <tr key={`${line.old}-${line.new}`} className={line.kind}>
              <td className="number">{line.old ?? ""}</td>
              <td className="number">{line.new ?? ""}</td>
              <td>
                <span role="img" aria-label={spoken[line.kind]} aria-hidden={line.kind === "same" || undefined}>
                  {SIGNS[line.kind]}
                </span>{" "}
                <code>{line.text}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
