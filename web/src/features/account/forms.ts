/** What a form holds, as the API wants it. Pure. */

export function textOf(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === "string" ? value.trim() : "";
}

/** A password as it was typed: blanks at its ends are a part of it. */
export function secretOf(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === "string" ? value : "";
}

export function textOrNull(form: FormData, field: string): string | null {
  return textOf(form, field) || null;
}

/** A code as people copy it from a mail: with blanks in it. Hyphens may be a part of it. */
export function codeOf(form: FormData, field: string): string {
  return textOf(form, field).replaceAll(/\s/g, "");
}

export type Invited = { email: string; code: string };

/** Whom an invitation's link is for: it stands behind the #, which no browser sends to anybody. */
export function invitedBy(hash: string): Invited | null {
  const told = new URLSearchParams(hash.replace(/^#/, ""));
  const [email, code] = [told.get("email"), told.get("code")];
  return email && code ? { email, code } : null;
}

/** The code from a mail was another, or is over. The API says no more than that. */
export class WrongCode extends Error {}

export const PROFILE_FIELDS = ["name", "secondname", "patronymic", "birthdate", "phone"] as const;
export type ProfileField = (typeof PROFILE_FIELDS)[number];
export type ProfileChanges = Partial<Record<ProfileField, string | null>>;

/** The fields that differ from what the account has: what others changed meanwhile is not written over. */
export function changesOf(form: FormData, known: Readonly<Record<ProfileField, string | null>>): ProfileChanges {
  const changed = PROFILE_FIELDS.filter((field) => textOrNull(form, field) !== known[field]);
  return Object.fromEntries(changed.map((field) => [field, textOrNull(form, field)]));
}
