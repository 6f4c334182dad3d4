/** What somebody wants to be told, as the form has it and as the API wants it. Pure. */

import type { Schemas } from "~/api/client";

export type Preferences = Schemas["PreferencesView"];
export type PreferenceChanges = Schemas["PreferenceChanges"];
export type Kind = Preferences["kinds"][number]["type"];

export const CHANNELS = ["live", "inbox", "mail"] as const;
export type Channel = (typeof CHANNELS)[number];

/** The names of the form's fields, beside those of kinds. */
export const FIELDS = {
  deadlines: "digest.deadlines",
  results: "digest.results",
  hour: "digest.hour",
  quiet: "quiet",
  begin: "quiet.begin",
  end: "quiet.end",
} as const;

export function fieldOf(kind: Kind, channel: Channel): string {
  return `${kind}.${channel}`;
}

/** What differs from what was known, and nothing else: what was changed elsewhere meanwhile stays. */
export function changesOf(form: FormData, known: Preferences): PreferenceChanges {
  const kinds = known.kinds.flatMap((kind) => {
    const changed = CHANNELS.filter((channel) => form.has(fieldOf(kind.type, channel)) !== kind[channel]);
    if (changed.length === 0) return [];
    return [{ type: kind.type, ...Object.fromEntries(changed.map((channel) => [channel, !kind[channel]])) }];
  });
  const digest = digestOf(form, known.digest);
  const quiet = quietOf(form);
  return {
    ...(kinds.length > 0 ? { kinds } : {}),
    ...(Object.keys(digest).length > 0 ? { digest } : {}),
    ...(same(quiet, known.quiet_hours) ? {} : { quiet_hours: quiet }),
  };
}

function digestOf(form: FormData, known: Preferences["digest"]): Partial<Preferences["digest"]> {
  const wanted = {
    deadlines: form.has(FIELDS.deadlines),
    results: form.has(FIELDS.results),
    hour: Number(form.get(FIELDS.hour) ?? known.hour),
  };
  const changed = (["deadlines", "results", "hour"] as const).filter((name) => wanted[name] !== known[name]);
  return Object.fromEntries(changed.map((name) => [name, wanted[name]]));
}

function quietOf(form: FormData): Preferences["quiet_hours"] {
  if (!form.has(FIELDS.quiet)) return null;
  return { begin: String(form.get(FIELDS.begin) ?? ""), end: String(form.get(FIELDS.end) ?? "") };
}

function same(one: Preferences["quiet_hours"], other: Preferences["quiet_hours"]): boolean {
  return one?.begin === other?.begin && one?.end === other?.end;
}

/** The time zones that this browser knows, and those that are given. */
export function zonesWith(...more: (string | null)[]): string[] {
  const given = more.filter((zone): zone is string => zone !== null);
  return [...new Set([...given, "UTC", ...Intl.supportedValuesOf("timeZone")])].sort();
}

export function zoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
