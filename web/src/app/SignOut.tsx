import { useNavigate } from "react-router";
import type { Me } from "~/api/session";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { shell } from "~/texts/shell";
import { Button } from "~/ui/Button";
import { useSignOut } from "./queries";

export function SignOut({ me }: { me: Me }) {
  const texts = useTexts(shell);
  const signOut = useSignOut(me);
  const navigate = useNavigate();
  return (
    <Button
      kind="quiet"
      busy={signOut.isPending}
      onClick={() => signOut.mutate(undefined, { onSuccess: () => void navigate(paths.home()) })}
    >
      {texts.signOut}
    </Button>
  );
}
