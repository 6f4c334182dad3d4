/** Whether a text has nothing that Markdown would read: then it is shown as it is, and no renderer is fetched. */
export function isPlain(text: string): boolean {
  return !/[*_`#[\]$<>|\\~&]|^\s*(?:[-+]|\d+[.)])\s|^\s*(?:=+|-{2,})\s*$|^ {4}|https?:|www\./m.test(text);
}

export function paragraphs(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter(Boolean);
}
