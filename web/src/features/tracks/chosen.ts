/** What somebody chooses to send in: text files, or one zip archive. */

export type SentFile = { path: string; content: string };
export type Chosen = { files: SentFile[]; archive: File | null };
export type Fault =
  | { code: "zipWithOthers" | "zipTooLarge" | "tooMany" | "tooLarge" }
  | { code: "unreadable" | "noText"; name: string };

export const NOTHING: Chosen = { files: [], archive: null };

const MOST_FILES = 64;
const MAX_ARCHIVE = 1024 * 1024;
/** Of the body that carries them: the API takes 256 KiB, with a link and a commit beside them. */
const MAX_BODY = 240 * 1024;

/** Adds files to those that were chosen before; one of the same path takes the place of the other. */
export async function add(chosen: Chosen, given: readonly File[]): Promise<Chosen | Fault> {
  const archives = given.filter(isArchive);
  const [archive] = archives;
  if (archive) {
    if (archives.length + chosen.files.length > 1 || given.length > 1) return { code: "zipWithOthers" };
    return archive.size > MAX_ARCHIVE ? { code: "zipTooLarge" } : { files: [], archive };
  }
  if (given.length > MOST_FILES) return { code: "tooMany" };
  if (given.reduce((total, file) => total + file.size, 0) > MAX_BODY) return { code: "tooLarge" };
  const read = await Promise.all(given.map(readText));
  const files: SentFile[] = [];
  for (const each of read) {
    if ("code" in each) return each;
    files.push(each);
  }
  return merged(chosen, files);
}

function merged(chosen: Chosen, added: SentFile[]): Chosen | Fault {
  const files = new Map([...chosen.files, ...added].map((file) => [file.path, file]));
  const all = [...files.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
  if (all.length > MOST_FILES) return { code: "tooMany" };
  if (new Blob([JSON.stringify(all)]).size > MAX_BODY) return { code: "tooLarge" };
  return { files: all, archive: null };
}

export function without(chosen: Chosen, path: string): Chosen {
  return { ...chosen, files: chosen.files.filter((file) => file.path !== path) };
}

function isArchive(file: File): boolean {
  return file.name.toLowerCase().endsWith(".zip");
}

async function readText(file: File): Promise<SentFile | Fault> {
  const path = file.name.normalize("NFC");
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    return { code: "unreadable", name: path }; // a folder that was dropped, or a file that is gone
  }
  try {
    const content = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return content.includes("\0") ? { code: "noText", name: path } : { path, content };
  } catch {
    return { code: "noText", name: path };
  }
}
