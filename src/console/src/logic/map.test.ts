import { expect, test } from 'vitest';
import { type MapPack, projected, readMap } from './map';
import { places } from './situation';

const meta = { approval_no: ' TEST-0001 ', source: 'a test', date: '2026-11-30' };
const square = (west: number, south: number) => [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]];
const features = () => Object.entries(places).map(([province, [column, row]]) => ({
  type: 'Feature', properties: { adcode: Number(`${province}0000`) }, geometry: { type: 'Polygon', coordinates: [square(80 + 5 * column, 50 - 4 * row)] } }));
const map = (list: unknown[], about: unknown = meta) => readMap(about, { type: 'FeatureCollection', features: list });

test('a whole pack becomes 34 regions and what else it draws', () => {
  const dashes = { properties: { adcode: '100000_JD' }, geometry: { type: 'MultiLineString', coordinates: [[[110, 10], [111, 11]], [[112, 9], [113, 8]]] } };
  const pack = map([...features(), dashes]) as MapPack;
  expect(pack.regions.map((one) => one.province).sort()).toEqual(Object.keys(places).sort());
  expect(pack.lines.length).toBe(1);
  expect(pack.lines[0]!.match(/M/g)!.length).toBe(2);
  expect([pack.approval, pack.source, pack.date]).toEqual(['TEST-0001', 'a test', '2026-11-30']);
  expect(pack.regions[0]!.path).toMatch(/^M[\d.]+ [\d.]+L.*Z$/);
  const of = (province: string) => pack.regions.find((one) => one.province === province)!.middle;
  expect(of('23')[1]).toBeLessThan(of('46')[1]); // north is up
  expect(of('65')[0]).toBeLessThan(of('31')[0]);
  for (const { middle } of pack.regions) expect(middle[0] >= 0 && middle[0] <= 1000 && middle[1] >= 0 && middle[1] <= pack.height).toBe(true);
});

test('without its number, a unit or its form it is not drawn', () => {
  for (const about of [{}, null, { approval_no: ' ' }, { approval_no: 7 }]) expect(map(features(), about)).toEqual({ fault: 'approval' });
  expect(map(features().filter((one) => one.properties.adcode !== 710000))).toEqual({ fault: 'incomplete', missing: ['71'] });
  for (const bad of [null, {}, { geometry: { type: 'Point', coordinates: [1, 2] } }, { geometry: { type: 'Polygon', coordinates: [[[1, 200], [2, 3]]] } }, { geometry: { type: 'Polygon', coordinates: 'x' } }])
    expect(map([...features(), bad])).toEqual({ fault: 'shape' });
  expect(readMap(meta, [])).toEqual({ fault: 'shape' });
  const large = { properties: null, geometry: { type: 'LineString', coordinates: Array.from({ length: 400_001 }, () => [100, 30]) } };
  expect(map([...features(), large])).toEqual({ fault: 'large' });
});

test('equal squares of the ground have equal areas on the map', () => {
  const area = (south: number) => {
    const cells = Array.from({ length: 20 }, (_, i) => [100 + i / 20, south] as const);
    const north = south + 0.05;
    const [a, b] = [projected(cells[0]!), projected([cells[1]![0], south])];
    const c = projected([cells[0]![0], north]);
    return Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / Math.cos((south + 0.025) * (Math.PI / 180));
  };
  expect(area(20) / area(50)).toBeCloseTo(1, 2);
});
