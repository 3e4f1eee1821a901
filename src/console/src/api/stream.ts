// The center's live feed, one connection for all tabs of a browser (HTTP/1.1 has six): the tab that
// holds the lock reads it and tells the others. When that tab goes, another takes over.
import type { AlertRow, AlertState } from './client';

export type Live = { kind: 'alerts'; alerts: AlertRow[] } | { kind: 'update'; id: string; state: AlertState } | { kind: 'again' } | { kind: 'open'; open: boolean };
type Listener = (message: Live) => void;

const name = 'langyan.stream';
const listeners = new Set<Listener>();
let stop: (() => void) | undefined;

export function listen(listener: Listener): () => void {
  listeners.add(listener);
  stop ??= begin();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      stop?.();
      stop = undefined;
    }
  };
}

function begin(): () => void {
  const channel = new BroadcastChannel(name);
  const ended = new AbortController();
  let release: (() => void) | undefined;
  let open: boolean | undefined;
  const here = (message: Live) => listeners.forEach((listener) => listener(message));
  const everywhere = (message: Live) => {
    here(message);
    channel.postMessage(message);
  };
  channel.onmessage = (event: MessageEvent<Live | { kind: 'who' }>) => {
    if (event.data.kind !== 'who') here(event.data);
    else if (open !== undefined) channel.postMessage({ kind: 'open', open } satisfies Live);
  };
  channel.postMessage({ kind: 'who' });

  void navigator.locks
    .request(name, { signal: ended.signal }, () => {
      const source = read((message) => {
        if (message.kind === 'open') open = message.open;
        everywhere(message);
      });
      return new Promise<void>((resolve) => {
        release = () => {
          source.close();
          resolve();
        };
      });
    })
    .catch(() => undefined); // aborted while it waited

  return () => {
    ended.abort();
    release?.();
    channel.close();
  };
}

function read(tell: Listener): EventSource {
  const source = new EventSource('/api/v1/stream');
  let times = 0;
  source.addEventListener('ready', () => {
    tell({ kind: 'open', open: true });
    if (times++ > 0) tell({ kind: 'again' }); // whatever came meanwhile
  });
  source.addEventListener('skipped', () => tell({ kind: 'again' }));
  source.addEventListener('alert', (event) => {
    tell({ kind: 'alerts', alerts: (JSON.parse(event.data) as { alerts: AlertRow[] }).alerts });
  });
  source.addEventListener('alert-update', (event) => {
    const { updates } = JSON.parse(event.data) as { updates: { change: { alert?: string; state?: AlertState } }[] };
    for (const { change } of updates) if (change.alert && change.state) tell({ kind: 'update', id: change.alert, state: change.state });
  });
  source.onerror = () => tell({ kind: 'open', open: false });
  return source;
}
