// Pages of a list that the center reads so far and no further at a time: a filter that finds little gets short pages, also
// empty ones, each with where to go on.
interface Page {
  next: string | null;
}

// The first page from `cursor` on that has rows, or the last one.
export async function filled<P extends Page>(cursor: string, read: (cursor: string) => Promise<P>, rows: (page: P) => readonly unknown[]): Promise<P> {
  let page = await read(cursor);
  while (page.next !== null && rows(page).length === 0) page = await read(page.next);
  return page;
}
