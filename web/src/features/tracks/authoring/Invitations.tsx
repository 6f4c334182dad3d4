import { type FormEvent, useState } from "react";
import type { Schemas } from "~/api/client";
import { authoring as dictionary } from "~/texts/authoring";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Confirmed } from "~/ui/Confirmed";
import { Copy } from "~/ui/Copy";
import { Failure } from "~/ui/Failure";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { restOf, saidOf } from "./faults";
import { NumberField } from "./NumberField";
import { faultOfNumber, numberOrNull } from "./numbers";
import { useInvitations, useInvite, useRevoke } from "./queries";

/** Links by which whoever has one joins the track: those that hold, and a new one. */
export function Invitations({ trackId }: { trackId: number }) {
  const texts = useTexts(dictionary);
  const pages = useInvitations(trackId);
  return (
    <>
      <p>{texts.inviteMeans}</p>
      <Loaded query={pages}>
        {(found) => (
          <ul className="plain-list">
            {found.map((each) => (
              <li key={each.code}>
                <Invitation invitation={each} trackId={trackId} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <More pages={pages} />
      <NewInvitation trackId={trackId} />
    </>
  );
}

function Invitation({ invitation, trackId }: { invitation: Schemas["InvitationView"]; trackId: number }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const revoke = useRevoke(trackId, invitation.code);
  const link = new URL(invitation.path, location.origin).href;
  return (
    <div className="invitation">
      <p className="row">
        <code>{link}</code>
        <Copy text={link} what={texts.theLink} />
      </p>
      <p className="row">
        <span className="faint">
          {texts.usedBy(invitation.used, invitation.uses)} {texts.holdsUntil(dateTime(invitation.expires_at, language))}
        </span>
        <Confirmed action={texts.revoke} title={texts.revoking} does={revoke}>
          <p>{texts.revokingMeans}</p>
        </Confirmed>
      </p>
      {revoke.error && <Failure error={revoke.error} />}
    </div>
  );
}

function NewInvitation({ trackId }: { trackId: number }) {
  const texts = useTexts(dictionary);
  const invite = useInvite(trackId);
  const [uses, setUses] = useState("");
  const [tried, setTried] = useState(false);
  const own = uses.trim() === "" ? null : faultOfNumber(uses, "whole");
  const failed = restOf(invite.error, ["uses"]);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (own === null && !invite.isPending) invite.mutate({ uses: numberOrNull(uses) });
  };
  return (
    <form className="authoring" noValidate onSubmit={send}>
      <NumberField
        label={texts.uses}
        hint={texts.usesHint}
        fault={tried && own ? texts.faults[own] : saidOf(invite.error, "uses")}
        value={uses}
        onChange={setUses}
      />
      {failed && <Failure error={failed} />}
      <Button type="submit" busy={invite.isPending}>
        {texts.makeLink}
      </Button>
    </form>
  );
}
