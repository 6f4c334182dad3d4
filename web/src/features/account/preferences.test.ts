import { describe, expect, it } from "vitest";
import { changesOf, FIELDS, fieldOf, type Preferences, zonesWith } from "./preferences";

const KNOWN: Preferences = {
  kinds: [
    { type: "DEADLINE_SOON", live: true, inbox: true, mail: false },
    { type: "ENROLLED", live: false, inbox: true, mail: true },
  ],
  digest: { deadlines: true, results: false, hour: 16 },
  quiet_hours: { begin: "22:00", end: "07:00" },
};

/** The form as it is shown for what is known. */
function shown(): FormData {
  const form = new FormData();
  for (const name of ["DEADLINE_SOON.live", "DEADLINE_SOON.inbox", "ENROLLED.inbox", "ENROLLED.mail"])
    form.set(name, "on");
  form.set(FIELDS.deadlines, "on");
  form.set(FIELDS.hour, "16");
  form.set(FIELDS.quiet, "on");
  form.set(FIELDS.begin, "22:00");
  form.set(FIELDS.end, "07:00");
  return form;
}

describe("the changes of a form", () => {
  it("are none when nothing was changed", () => {
    expect(changesOf(shown(), KNOWN)).toEqual({});
  });

  it("name the channels that were switched, and no others", () => {
    const form = shown();
    form.set(fieldOf("DEADLINE_SOON", "mail"), "on");
    form.delete(fieldOf("ENROLLED", "inbox"));
    form.delete(fieldOf("ENROLLED", "mail"));
    expect(changesOf(form, KNOWN)).toEqual({
      kinds: [
        { type: "DEADLINE_SOON", mail: true },
        { type: "ENROLLED", inbox: false, mail: false },
      ],
    });
  });

  it("name what was changed of the daily mail", () => {
    const form = shown();
    form.delete(FIELDS.deadlines);
    form.set(FIELDS.hour, "0");
    expect(changesOf(form, KNOWN)).toEqual({ digest: { deadlines: false, hour: 0 } });
  });

  it("take quiet hours away, and set others", () => {
    const without = shown();
    without.delete(FIELDS.quiet);
    expect(changesOf(without, KNOWN)).toEqual({ quiet_hours: null });
    const later = shown();
    later.set(FIELDS.end, "08:30");
    expect(changesOf(later, KNOWN)).toEqual({ quiet_hours: { begin: "22:00", end: "08:30" } });
    expect(changesOf(shown(), { ...KNOWN, quiet_hours: null })).toEqual({
      quiet_hours: { begin: "22:00", end: "07:00" },
    });
  });
});

describe("time zones", () => {
  it("have the account's own, once, and no empty one", () => {
    const zones = zonesWith("Etc/Unheard_Of", "UTC", null);
    expect(zones.filter((zone) => ["Etc/Unheard_Of", "UTC"].includes(zone))).toEqual(["Etc/Unheard_Of", "UTC"]);
    expect(zones).toContain("Europe/Moscow");
  });
});
