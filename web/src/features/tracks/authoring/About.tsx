/** What a button does, and to what: where several say the same, for those who hear them one by one. */
export function About({ action, name }: { action: string; name: string }) {
  return (
    <>
      {action}
      <span className="visually-hidden"> {name}</span>
    </>
  );
}
