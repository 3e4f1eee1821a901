// Where the 34 province-level units stand on the tile map, and what is made of counts over time.

// By the first two digits of GB/T 2260: column and row. A schematic grid: equal tiles, no borders.
export const places: Readonly<Record<string, readonly [column: number, row: number]>> = {
  23: [7, 0],
  22: [7, 1],
  65: [0, 2], 64: [3, 2], 15: [4, 2], 11: [5, 2], 12: [6, 2], 21: [7, 2],
  63: [1, 3], 62: [2, 3], 61: [3, 3], 14: [4, 3], 13: [5, 3], 37: [6, 3],
  54: [0, 4], 51: [1, 4], 50: [2, 4], 42: [3, 4], 41: [4, 4], 34: [5, 4], 32: [6, 4], 31: [7, 4],
  53: [1, 5], 52: [2, 5], 43: [3, 5], 36: [4, 5], 33: [5, 5],
  45: [2, 6], 44: [3, 6], 35: [4, 6], 71: [6, 6],
  46: [2, 7], 82: [3, 7], 81: [4, 7],
};

export interface Stack {
  time: number; // milliseconds
  levels: [number, number, number, number, number]; // from critical to info
  total: number;
}

export function stacksOf(counts: { from: string; bucket_seconds: number; series: readonly { value: string; counts: readonly number[] }[] }): Stack[] {
  const buckets = Math.max(0, ...counts.series.map((series) => series.counts.length));
  const from = Date.parse(counts.from);
  return Array.from({ length: buckets }, (_, index): Stack => {
    const levels: Stack['levels'] = [0, 0, 0, 0, 0];
    for (const series of counts.series) {
      const level = Number(series.value);
      if (level >= 1 && level <= 5) levels[level - 1] = series.counts[index] ?? 0;
    }
    return { time: from + index * counts.bucket_seconds * 1000, levels, total: levels.reduce((sum, one) => sum + one, 0) };
  });
}

// "+12 %" against the day before; nothing where that had none.
export const changeOf = (now: number, before: number): number | undefined => (before === 0 ? undefined : (now - before) / before);

// Every place above this one and itself, from what the account sees downwards.
export function pathOf(organisation: string, root: string): { organisation: string; name: string }[] {
  const parts = organisation.split('/');
  const first = root === '' ? 0 : Math.max(0, root.split('/').length - 1);
  return parts.map((name, index) => ({ organisation: parts.slice(0, index + 1).join('/'), name })).slice(first);
}
