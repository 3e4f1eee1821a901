// How much of the room of the store has been used: of its bound, or what is free above the floor, whichever ends first. Nothing where neither is known.
export function shareOf(used: number, most: number, free: number | null, floor: number): number | undefined {
  const rooms = [...(most > 0 ? [most] : []), ...(free === null ? [] : [used + Math.max(free - floor, 0)])];
  if (rooms.length === 0) return undefined;
  const room = Math.min(...rooms);
  return room === 0 ? 1 : Math.min(used / room, 1);
}
