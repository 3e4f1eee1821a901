// A map pack: the outlines an operator obtained, with the number (审图号) under which they may be shown. Without that number, or with
// one of the 34 province-level units missing, nothing is drawn.
import { places } from './situation';

export interface Region {
  province: string; // first two digits of GB/T 2260
  path: string; // of an SVG
  middle: readonly [x: number, y: number]; // of its largest part
  width: number; // of that part
}
export interface MapPack {
  approval: string;
  source: string;
  date: string;
  regions: Region[];
  lines: string[]; // what else the pack draws: islands, dashes, frames of insets
  height: number; // of a picture `map_width` wide
}
export type MapFault = { fault: 'approval' | 'shape' | 'large' } | { fault: 'incomplete'; missing: string[] };

export const map_width = 1000;
const most_points = 400_000;

type Point = readonly [x: number, y: number];
interface Shape {
  rings: Point[][];
  closed: boolean;
  province: string | undefined;
}

// Albers' equal-area conic on the parallels 25° and 47° about 105° E: the usual one for the whole country. Snyder, Map Projections (1987), p. 98.
const radians = Math.PI / 180;
const cone = (Math.sin(25 * radians) + Math.sin(47 * radians)) / 2;
const constant = Math.cos(25 * radians) ** 2 + 2 * cone * Math.sin(25 * radians);
export function projected([longitude, latitude]: Point): Point {
  const distance = Math.sqrt(Math.max(0, constant - 2 * cone * Math.sin(latitude * radians))) / cone;
  const angle = cone * (longitude - 105) * radians;
  return [distance * Math.sin(angle), distance * Math.cos(angle)];
}

const isPoint = (value: unknown): value is [number, number] => Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'number' && Math.abs(value[0]) <= 180 && Math.abs(value[1]) <= 90;
const line = (value: unknown): Point[] | undefined => (Array.isArray(value) && value.length > 1 && value.every(isPoint) ? value.map(projected) : undefined);
const lines = (value: unknown): Point[][] | undefined => {
  const all = Array.isArray(value) ? value.map(line) : [undefined];
  return all.every((one) => one !== undefined) ? (all as Point[][]) : undefined;
};

// RFC 7946, 3.1 and 3.2.
function shapeOf(feature: unknown): Shape | undefined {
  const { geometry, properties } = (feature ?? {}) as { geometry?: { type?: string; coordinates?: unknown }; properties?: { adcode?: unknown } | null };
  const { type, coordinates } = geometry ?? {};
  const many = type === 'MultiPolygon' && Array.isArray(coordinates) ? coordinates.map(lines) : undefined;
  const rings = type === 'Polygon' || type === 'MultiLineString' ? lines(coordinates) : type === 'LineString' ? lines([coordinates]) : many?.every((one) => one !== undefined) ? (many as Point[][][]).flat() : undefined;
  const code = String(properties?.adcode ?? '');
  return rings && { rings, closed: type === 'Polygon' || type === 'MultiPolygon', province: /^[1-9]\d0000$/.test(code) && code !== '100000' ? code.slice(0, 2) : undefined };
}

function boundsOf(points: readonly Point[]): { left: number; right: number; top: number; bottom: number } {
  const bounds = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const [x, y] of points) {
    bounds.left = Math.min(bounds.left, x);
    bounds.right = Math.max(bounds.right, x);
    bounds.top = Math.min(bounds.top, y);
    bounds.bottom = Math.max(bounds.bottom, y);
  }
  return bounds;
}

export function readMap(meta: unknown, geo: unknown): MapPack | MapFault {
  const { approval_no, source, date } = (meta ?? {}) as { approval_no?: unknown; source?: unknown; date?: unknown };
  if (typeof approval_no !== 'string' || approval_no.trim() === '') return { fault: 'approval' };
  const features = (geo as { features?: unknown } | null)?.features;
  const shapes = Array.isArray(features) ? features.map(shapeOf) : [undefined];
  if (!shapes.every((shape) => shape !== undefined)) return { fault: 'shape' };
  const points = (shapes as Shape[]).flatMap((shape) => shape.rings.flat());
  if (points.length > most_points) return { fault: 'large' };
  const missing = Object.keys(places).filter((province) => !(shapes as Shape[]).some((shape) => shape.province === province));
  if (missing.length > 0) return { fault: 'incomplete', missing };
  const whole = boundsOf(points);
  const scale = map_width / (whole.right - whole.left);
  const at = ([x, y]: Point): Point => [(x - whole.left) * scale, (y - whole.top) * scale];
  const pathOf = ({ rings, closed }: Shape) => rings.map((ring) => `M${ring.map((point) => at(point).map((value) => value.toFixed(1)).join(' ')).join('L')}${closed ? 'Z' : ''}`).join('');
  const region = (shape: Shape): Region => {
    const parts = shape.rings.map((ring) => boundsOf(ring.map(at))).map((one) => ({ ...one, size: (one.right - one.left) * (one.bottom - one.top) }));
    const largest = parts.reduce((best, one) => (one.size > best.size ? one : best));
    return { province: shape.province!, path: pathOf(shape), middle: [(largest.left + largest.right) / 2, (largest.top + largest.bottom) / 2], width: largest.right - largest.left };
  };
  return {
    approval: approval_no.trim(), source: typeof source === 'string' ? source : '', date: typeof date === 'string' ? date : '',
    regions: (shapes as Shape[]).filter((shape) => shape.province).map(region),
    lines: (shapes as Shape[]).filter((shape) => !shape.province).map(pathOf),
    height: (whole.bottom - whole.top) * scale,
  };
}
