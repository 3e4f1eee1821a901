// What the Notices page keeps in its URL.
export interface NoticeSearch {
  state?: string;
  kind?: string;
  overdue?: '1';
  organisation?: string; // addressed, or above who is
  at?: string; // the notice that is shown
  edit?: '1'; // its draft is being changed; without `at`: a new one is written
  evidence?: string; // of a new one: ids of alerts, joined by commas
}

export function readNotices(raw: Record<string, unknown>): NoticeSearch {
  const search: NoticeSearch = {};
  for (const name of ['state', 'kind', 'organisation', 'at', 'evidence'] as const) if (typeof raw[name] === 'string' && raw[name] !== '') search[name] = raw[name];
  for (const name of ['overdue', 'edit'] as const) if (raw[name] === '1') search[name] = '1';
  return search;
}
