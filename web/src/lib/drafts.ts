/** Unsent texts, kept by the browser for each account: in IndexedDB, since they may be long. Wiped at sign-out. */

const DATABASE = "lyceum-drafts";
const STORE = "drafts";

export type Draft = { text: string; changedAt: number };
type Row = Draft & { key: string; account: number };

function request<T>(asked: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("the browser's database failed"));
  });
}

async function store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(STORE, { keyPath: "key" }).createIndex("account", "account");
  };
  const database = await request(opening);
  const transaction = database.transaction(STORE, mode);
  transaction.oncomplete = () => database.close();
  transaction.onabort = () => database.close();
  return transaction.objectStore(STORE);
}

const keyOf = (account: number, place: string): string => `${account}/${place}`;

/** The draft of a place, such as `task/1/2/3/python3`; null where there is none. */
export async function readDraft(account: number, place: string): Promise<Draft | null> {
  const row = await request<Row | undefined>((await store("readonly")).get(keyOf(account, place)));
  return row ? { text: row.text, changedAt: row.changedAt } : null;
}

/** The drafts of all places that begin so, such as `task/1/2/3/`, by what follows. */
export async function draftsBelow(account: number, place: string): Promise<ReadonlyMap<string, Draft>> {
  const from = keyOf(account, place);
  const range = IDBKeyRange.bound(from, `${from}\uffff`);
  const rows = await request<Row[]>((await store("readonly")).getAll(range));
  return new Map(rows.map(({ key, text, changedAt }) => [key.slice(from.length), { text, changedAt }]));
}

export async function writeDraft(account: number, place: string, draft: Draft): Promise<void> {
  const row: Row = { ...draft, key: keyOf(account, place), account };
  await request((await store("readwrite")).put(row));
}

export async function removeDraft(account: number, place: string): Promise<void> {
  await request((await store("readwrite")).delete(keyOf(account, place)));
}

/** Everything that this account left unsent on this machine. */
export async function wipeDrafts(account: number): Promise<void> {
  const drafts = await store("readwrite");
  for (const key of await request(drafts.index("account").getAllKeys(account))) await request(drafts.delete(key));
}
