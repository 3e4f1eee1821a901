// What the page of lower centers keeps in its URL.
import { type Link, links } from '../logic/platforms';

export interface PlatformSearch {
  link?: Link;
  at?: string; // organisation and name of the one that is shown
}

export function readPlatforms(raw: Record<string, unknown>): PlatformSearch {
  const link = links.find((one) => one === raw.link);
  return { ...(link && { link }), ...(typeof raw.at === 'string' && raw.at !== '' && { at: raw.at }) };
}
