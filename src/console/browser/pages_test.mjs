// The pages of the tiers in a real browser before three real centers, each reporting to the next: notices,
// enterprises, lower centers, the situation, rule packs. Screenshots go to a folder.
// usage: pages_test.mjs BIN_FOLDER CONSOLE_FOLDER SCREENSHOT_FOLDER
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
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

// A center of a place; with one above it, it reports there.
async function center(name, organisation, tier, above) {
  const settings = [`center.name=${name}`, `center.organisation=${organisation}`, `center.tier=${tier}`, `packs.keys=${join(trust, 'cert.pub')}`];
  if (above) settings.push(`uplink.url=${above.url}`, `uplink.token_file=${above.grant(name, '--relay', '--organisation', organisation)}`, 'uplink.heartbeat=1s');
  const plant = new Plant(bin, assets, settings);
  centers.push(plant);
  await plant.ready();
  return plant;
}

async function steps() {
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
  rmSync(trust, { recursive: true, force: true });
});
