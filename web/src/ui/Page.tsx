import { type ReactNode, useEffect, useRef } from "react";
import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import "./Page.css";

/** A screen: its title is the tab's title, and gets the focus when somebody comes to it. */
export function Page({ title, wide = false, children }: { title: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={wide ? "page wide" : "page"}>
      <Heading title={title} />
      {children}
    </div>
  );
}

/** The title alone, for screens that are laid out otherwise. */
export function Heading({ title }: { title: string }) {
  const texts = useTexts(common);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${texts.product}`;
  }, [title, texts]);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {title}
    </h1>
  );
}
