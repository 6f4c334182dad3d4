import { authoring as dictionary } from "~/texts/authoring";
import { useTexts } from "~/texts/language";
import { Confirmed } from "~/ui/Confirmed";
import { Failure } from "~/ui/Failure";

type Props = {
  title: string;
  means: string;
  does: {
    isPending: boolean;
    error: Error | null;
    mutate: (nothing: undefined, then: { onSuccess: () => void }) => void;
  };
  onDone: () => void;
};

/** Deletes what has not begun, after asking. */
export function Removal({ title, means, does, onDone }: Props) {
  const texts = useTexts(dictionary);
  const remove = { isPending: does.isPending, mutate: () => does.mutate(undefined, { onSuccess: onDone }) };
  return (
    <div className="removal">
      <Confirmed action={texts.delete} title={title} does={remove}>
        <p>{means}</p>
      </Confirmed>
      {does.error && <Failure error={does.error} />}
    </div>
  );
}
