import { Link } from "react-router";
import { paths } from "~/lib/paths";
import { account } from "~/texts/account";
import { useTexts } from "~/texts/language";
import { LookChoices } from "~/ui/LookChoices";

export function Looks() {
  const texts = useTexts(account);
  return (
    <section>
      <h2>{texts.looks}</h2>
      <div className="form">
        <LookChoices />
      </div>
      <p>
        <Link to={paths.preferences()}>{texts.told}</Link>
      </p>
    </section>
  );
}
