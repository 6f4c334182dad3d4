/** The mails that the local cloud kept instead of sending them. */

import { expect } from "@playwright/test";

const EMULATOR = process.env["LYCEUM_EMULATOR_URL"] ?? "http://127.0.0.1:4566";

type Mail = { To: string[]; BodyText: string; Timestamp: number };

async function mailsTo(address: string): Promise<Mail[]> {
  const answer = await fetch(`${EMULATOR}/_ministack/ses/messages`);
  const { messages } = (await answer.json()) as { messages: Record<string, Mail[]> };
  const mine = Object.values(messages)
    .flat()
    .filter((mail) => mail.To.includes(address));
  return mine.sort((a, b) => b.Timestamp - a.Timestamp);
}

/** The code in the newest mail to an address that has one; waits for it. */
export async function codeFor(address: string, pattern: RegExp): Promise<string> {
  let code = "";
  await expect
    .poll(async () => {
      const found = (await mailsTo(address)).map((mail) => pattern.exec(mail.BodyText)?.[0]);
      code = found.find((each) => each !== undefined) ?? "";
      return code;
    })
    .not.toBe("");
  return code;
}
