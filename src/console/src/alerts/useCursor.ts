// Where the cursor of the list stands. It moves at once, and nothing is drawn anew for it; the URL, which draws
// the page, follows when it rests.
import { useEffect, useRef } from 'react';

// Milliseconds without a move: where nothing but the address tells of it, and where the alert is shown beside the list.
const rest = 300, rest_shown = 80;

export interface Cursor {
  get: () => string | undefined;
  subscribe: (moved: () => void) => () => void;
  move: (id: string) => void;
  jump: (id: string) => void; // the URL is being told already
}

class Place implements Cursor {
  write: (id: string) => void = () => undefined;
  rest = rest;
  private watchers = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private written: string | undefined; // given to the URL, and not yet come back

  constructor(private id: string | undefined) {}

  get = () => this.id;
  subscribe = (moved: () => void) => {
    this.watchers.add(moved);
    return () => void this.watchers.delete(moved);
  };
  move = (id: string) => {
    this.set(id);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.written = id;
      this.write(id);
    }, this.rest);
  };
  jump = (id: string) => {
    clearTimeout(this.timer);
    this.set(id);
  };
  // What the URL says. Where it is what was written before further moves, those count.
  follow(id: string | undefined): void {
    const own = id !== undefined && id === this.written;
    this.written = undefined;
    if (own) return;
    clearTimeout(this.timer);
    this.set(id);
  }
  stop = () => clearTimeout(this.timer);

  private set(id: string | undefined): void {
    if (id === this.id) return;
    this.id = id;
    this.watchers.forEach((moved) => moved());
  }
}

export function useCursor(at: string | undefined, shown: boolean, write: (id: string) => void): Cursor {
  const place = useRef<Place>(undefined);
  place.current ??= new Place(at);
  place.current.write = write;
  place.current.rest = shown ? rest_shown : rest;
  useEffect(() => place.current!.follow(at), [at]);
  useEffect(() => place.current!.stop, []);
  return place.current;
}
