import { errorOf, reach } from "./answers";

type Form = { url: string; fields: Record<string, string> };

/** Sends a file to where a form of the API says: to S3 itself, the file last. */
export async function upload(form: Form, file: File): Promise<void> {
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append("file", file);
  const response = await reach(form.url, { method: "POST", body });
  if (!response.ok) throw errorOf(undefined, response);
}
