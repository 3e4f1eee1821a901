// A place of the organisation tree by its name in the reader's language, where the center knows one, with the path as the tip.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { ask, client } from '../api/client';
import { language } from '../i18n';
import { useMay } from './usePages';

const most_asked = 50; // in one request, whose address has its limits
const kept = 5 * 60_000;

export interface PlaceName {
  name: { en: string; zh: string };
  rest: string; // of the path, below the place of that name
}
type Waiting = { path: string; take: (name: PlaceName | null) => void; fail: (error: unknown) => void };
let waiting: Waiting[] = [];

// What is asked for at once, as by the rows of a list, goes in one request.
function nameOf(path: string): Promise<PlaceName | null> {
  return new Promise((take, fail) => {
    if (waiting.length === 0) setTimeout(askAll);
    waiting.push({ path, take, fail });
  });
}

function askAll(): void {
  const all = waiting;
  waiting = [];
  for (let at = 0; at < all.length; at += most_asked) {
    const some = all.slice(at, at + most_asked);
    ask(client.GET('/api/v1/places', { params: { query: { organisation: some.map((one) => one.path) } } })).then(
      ({ places }) => some.forEach(({ path, take }) => take(places.find((place) => place.organisation === path) ?? null)),
      (error: unknown) => some.forEach(({ fail }) => fail(error)),
    );
  }
}

const placeQuery = (path: string) => queryOptions({ queryKey: ['place', path], queryFn: () => nameOf(path), staleTime: kept, retry: false });

// Nothing while it is not known, where there is none, and to whom none is told.
export function usePlace(path: string): PlaceName | null | undefined {
  const may = useMay()('get_places');
  return useQuery({ ...placeQuery(path), enabled: may && path !== '' }).data;
}

// `alone`: only what is this very place's name; else what to say instead.
export function Place({ path, alone }: { path: string; alone?: string }) {
  const known = usePlace(path);
  const named = known && (alone === undefined || known.rest === '');
  if (!named) return alone ?? path;
  return <span title={path}>{known.name[language()]}{known.rest && ` / ${known.rest}`}</span>;
}
