// The pages of the tiers in a real browser before three real centers, each reporting to the next: notices,
// enterprises, lower centers, the situation, rule packs. Screenshots go to a folder.
// usage: pages_test.mjs BIN_FOLDER CONSOLE_FOLDER SCREENSHOT_FOLDER
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enterprises } from './enterprises_steps.mjs';
import { assets, axe, bin, everywhere, inside, open, pictures, run, step, until, watch } from './harness.mjs';
import { notices } from './notices_steps.mjs';
import { packs } from './packs_steps.mjs';
import { Plant } from './plant.mjs';
import { platforms } from './platforms_steps.mjs';
import { situation } from './situation_steps.mjs';

const works = 'cn/js/works-7';
const centers = [];
const trust = mkdtempSync(join(tmpdir(), 'langyan-keys-')); // of those who sign packs

// A console with a map pack, whose provinces are squares where the tiles are: the form of one, no map.
const mapped = mkdtempSync(join(tmpdir(), 'langyan-mapped-'));
function installMap() {
  cpSync(assets, mapped, { recursive: true });
  const square = ([west, south]) => [[west, south], [west + 4, south], [west + 4, south + 3], [west, south + 3], [west, south]];
  const tiles = readFileSync(join(import.meta.dirname, '../src/logic/situation.ts'), 'utf8').matchAll(/\b(\d\d): \[(\d), (\d)\]/g);
  const features = [...tiles].map(([, code, column, row]) => ({
    type: 'Feature', properties: { adcode: Number(`${code}0000`) }, geometry: { type: 'Polygon', coordinates: [square([80 + 5 * column, 48 - 4 * row])] } }));
  const dashes = { type: 'Feature', properties: { adcode: '100000_JD' }, geometry: { type: 'MultiLineString', coordinates: [[[110, 12], [112, 10]], [[116, 10], [118, 12]]] } };
  writeFileSync(join(mapped, 'map', 'meta.json'), JSON.stringify({ approval_no: 'TEST(2026)0001', source: 'squares of a test', date: '2026-11-30' }));
  writeFileSync(join(mapped, 'map', 'china.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [...features, dashes] }));
}

// A center of a place; with one above it, it reports there.
async function center(name, organisation, tier, above) {
  const settings = [`center.name=${name}`, `center.organisation=${organisation}`, `center.tier=${tier}`, `packs.keys=${join(trust, 'cert.pub')}`];
  if (above) settings.push(`uplink.url=${above.url}`, `uplink.token_file=${above.grant(name, '--relay', '--organisation', organisation)}`, 'uplink.heartbeat=1s');
  const plant = new Plant(bin, tier === 'nation' ? mapped : assets, settings);
  centers.push(plant);
  await plant.ready();
  return plant;
}

async function steps() {
  installMap();
  for (const key of ['cert', 'other']) execFileSync(join(bin, 'langyan'), ['packs', 'keygen', join(trust, key)], { stdio: 'ignore' });
  const nation = await center('cn', 'cn', 'nation');
  nation.grant('zj', '--relay', '--organisation', 'cn/zj'); // of a province that has not begun to report
  nation.grant('gate', '--organisation', 'cn/sh'); // and of one without a center, whose sensor brings the catalogues
  nation.replay('gate', ['pcaps/s7comm/stop.pcap']);
  const plant = await center('js', 'cn/js', 'province', nation);
  let below; // begins when a step asks for it
  const lower = {
    begin: async () => {
      below ??= await center('works-7', works, 'enterprise', plant);
    },
    langyan: (...words) => below.langyan(...words),
    replay: (...words) => below.replay(...words),
    grant: (...words) => below.grant(...words),
  };
  const context = await open();
  const page = context.pages()[0] ?? (await context.newPage());
  watch(page);
  plant.grant('pump-house', '--organisation', works);
  plant.replay('pump-house', ['pcaps/s7comm/stop.pcap', 'pcaps/modbus']);
  await page.goto(plant.langyan('link', '--user', 'chen', '--role', 'engineer'));
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  for (const more of [notices, enterprises, platforms, situation, packs]) await more({ page, step, until, axe, everywhere, inside, plant, nation, lower, pictures, works, trust });
  await context.close();
}

await run(steps, async () => {
  await Promise.all(centers.map((one) => one.stop()));
  for (const folder of [trust, mapped]) rmSync(folder, { recursive: true, force: true });
});
