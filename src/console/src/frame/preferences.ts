// What somebody prefers on this computer, beside language and theme: the zone of times.
import { useSyncExternalStore } from 'react';
import type { Zone } from '../logic/time';

const key = 'langyan.zone';
const watchers = new Set<() => void>();
let zone: Zone = localStorage.getItem(key) === 'utc' ? 'utc' : 'local';

export function useZone(): Zone {
  return useSyncExternalStore(
    (changed) => {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    () => zone,
  );
}

export function preferZone(next: Zone): void {
  zone = next;
  localStorage.setItem(key, next);
  watchers.forEach((changed) => changed());
}
