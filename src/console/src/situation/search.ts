// What the Situation page keeps in its URL.
export interface SituationSearch {
  organisation?: string; // the place; the account's own when left out
  kiosk?: '1'; // on a wall: nothing but the figures
  map?: '1'; // on the outlines of the map pack
}

export function readSituation(raw: Record<string, unknown>): SituationSearch {
  return {
    ...(typeof raw.organisation === 'string' && raw.organisation !== '' && { organisation: raw.organisation }),
    ...(raw.kiosk === '1' && { kiosk: '1' as const }),
    ...(raw.map === '1' && { map: '1' as const }),
  };
}
