import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { common } from "~/texts/common";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { Failure } from "./Failure";
import "./Loaded.css";

type Asked<T> = Pick<UseQueryResult<T>, "data" | "error" | "dataUpdatedAt" | "fetchStatus"> & {
  refetch: () => unknown;
};

/** What a query found, with its states: waiting, failed, and what is left of it when the network is gone. */
export function Loaded<T>({ query, children }: { query: Asked<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) {
    return (
      <>
        {(query.error || query.fetchStatus === "paused") && <Stale query={query} />}
        {children(query.data)}
      </>
    );
  }
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (query.fetchStatus === "paused") return <Waiting />;
  return <Loading />;
}

/** Nothing has been read yet and there is no network: it is read by itself as soon as there is one. */
function Waiting() {
  const texts = useTexts(common);
  return (
    <p className="stale" role="status">
      {texts.waiting}
    </p>
  );
}

/** Bars where the text will be, but only for those who wait: 200 ms are none. */
export function Loading() {
  const texts = useTexts(common);
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="loading" aria-busy="true">
      {late && (
        <>
          <p className="visually-hidden" role="status">
            {texts.loading}
          </p>
          <div className="bar" />
          <div className="bar" />
          <div className="bar" />
        </>
      )}
    </div>
  );
}

function Stale<T>({ query }: { query: Asked<T> }) {
  const texts = useTexts(common);
  const language = useLanguage();
  return (
    <p className="stale" role="status">
      {texts.asOf(dateTime(query.dataUpdatedAt, language))}
    </p>
  );
}
