// The whole way of an alert across two centers, by clicks and keys: seen at the province that supervises, its packets and its asset looked at
// in the works, a notice issued above, received, mended and reported below, reviewed and closed above. Two people, one browser, two
// tabs; each step holds against what the other center shows, without a reload.
// usage: way_test.mjs BIN_FOLDER CONSOLE_FOLDER SCREENSHOT_FOLDER
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assets, axe, bin, open, pictures, run, step, until, watch } from './harness.mjs';
import { Plant } from './plant.mjs';

const works = 'cn/js/works-7';
const fault = 'S7 CPU stopped', reason = 'Port 102 is closed to the office network';
const centers = [];

async function center(name, organisation, tier, above) {
  const settings = [`center.name=${name}`, `center.organisation=${organisation}`, `center.tier=${tier}`];
  if (above) settings.push(`uplink.url=${above.url}`, `uplink.token_file=${above.grant(name, '--relay', '--organisation', organisation)}`, 'uplink.heartbeat=1s');
  const plant = new Plant(bin, assets, settings);
  centers.push(plant);
  await plant.ready();
  return plant;
}

const rows = (page) => page.locator(':is([role=grid], [role=treegrid]) [data-id]');
const stopped = (page) => rows(page).filter({ hasText: fault }).first();
const alert_panel = (page) => page.getByRole('complementary', { name: 'Alert in detail' });
const notice_panel = (page) => page.getByRole('complementary', { name: 'Notice in full' });
const go = async (page, letter) => {
  await page.keyboard.press('g');
  await page.keyboard.press(letter);
};

const asked_each = 15_000; // milliseconds, src/api/notices.ts
// What a page learns by asking again is waited for with its clock put on, not for as long as people would.
const learns = (page, what) =>
  until(`what another center did is shown: ${what}`, async () => {
    if (await what.isVisible()) return true;
    await page.clock.fastForward(asked_each);
    return what.waitFor({ timeout: 500 }).then(() => true, () => false);
  });

// One step of the notice, confirmed by keys, then the state each of the two shows.
async function take(at, other, name, state, why) {
  await at.bringToFront();
  await notice_panel(at).locator('section').first().getByRole('button', { name, exact: true }).click();
  if (why) await at.keyboard.type(why);
  await at.keyboard.press('Control+Enter');
  await notice_panel(at).getByText(`→ ${state}`).first().waitFor();
  await other.bringToFront();
  await learns(other, notice_panel(other).getByText(`→ ${state}`).first());
  await notice_panel(other).locator('header').getByText(state, { exact: true }).waitFor();
  if (why) await notice_panel(other).getByText(why).waitFor();
}

// What Wireshark would find in the file: the interface, and each packet's octets and comments (pcapng, sections 4.1 to 4.3 and 3.5).
function packets_of(file) {
  const octets = readFileSync(file);
  assert.equal(octets.readUInt32LE(0), 0x0a0d0d0a, 'no section header');
  const found = [];
  for (let at = 0, size; at < octets.length; at += size) {
    size = octets.readUInt32LE(at + 4);
    assert.equal(octets.readUInt32LE(at + size - 4), size, 'the two lengths of a block differ');
    if (octets.readUInt32LE(at) !== 6) continue; // no enhanced packet
    const kept = octets.readUInt32LE(at + 20);
    const comments = [];
    for (let option = at + 28 + Math.ceil(kept / 4) * 4; option + 4 <= at + size - 4;) {
      const [code, length] = [octets.readUInt16LE(option), octets.readUInt16LE(option + 2)];
      if (code === 0) break;
      if (code === 1) comments.push(octets.subarray(option + 4, option + 4 + length).toString());
      option += 4 + Math.ceil(length / 4) * 4;
    }
    found.push({ octets: octets.subarray(at + 28, at + 28 + kept), comments });
  }
  return found;
}

async function steps() {
  const province = await center('js', 'cn/js', 'province');
  const enterprise = await center('works-7', works, 'enterprise', province);
  enterprise.grant('pump-house', '--organisation', works);
  // The works' sensor says what its rules and fields are called, and the works tells the province.
  enterprise.replay('pump-house', ['pcaps/modbus/poll.pcap']);
  for (const plant of [enterprise, province]) await until('the catalogue is there', async () => (await plant.api('/api/v1/detections')).catalogue);
  const context = await open();
  await context.clock.install();
  const above = context.pages()[0] ?? (await context.newPage());
  const below = await context.newPage();
  for (const page of [above, below]) watch(page);

  await step('one browser is signed in at both centers of a host', async () => {
    await above.goto(province.langyan('link', '--user', 'chen', '--role', 'engineer'));
    await above.getByRole('button', { name: 'Account: chen' }).waitFor();
    await below.goto(enterprise.langyan('link', '--user', 'zhao', '--role', 'analyst'));
    await below.getByRole('button', { name: 'Account: zhao' }).waitFor();
    await above.reload();
    await above.getByRole('button', { name: 'Account: chen' }).waitFor();
  });

  await step('an alert of the works arrives at both, with what leads to a verdict', async () => {
    for (const page of [above, below]) {
      await page.bringToFront();
      await go(page, 'a');
      await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    }
    enterprise.replay('pump-house', ['pcaps/s7comm/stop.pcap']);
    for (const page of [below, above]) {
      await page.bringToFront();
      await stopped(page).click();
      const panel = alert_panel(page);
      await panel.getByRole('heading', { name: fault }).waitFor();
      const text = await panel.innerText();
      for (const part of [/sent a command to stop (\S+ )?10\.20\.0\.\d+/, /outputs take their substitute values/, /Ask the maintenance crew/, /T0858/]) assert.match(text, part);
    }
  });

  await step('its context at the province: related alerts, whose it is, and why there is no packet', async () => {
    const panel = alert_panel(above);
    await panel.getByRole('heading', { name: 'Alerts of the same two ends' }).waitFor();
    await panel.getByRole('button', { name: 'Jiangsu / works-7', exact: true }).waitFor();
    await panel.getByRole('button', { name: 'pump-house', exact: true }).waitFor();
    await panel.getByText('stay with the center below it came through, works-7').waitFor();
    assert.equal(await panel.getByRole('link', { name: 'pcapng' }).count(), 0);
    await axe(above, 'an alert that travelled up');
    await above.screenshot({ path: join(pictures, 'way-alert-above.png') });
  });

  await step('the packets are taken in the works, and read back', async () => {
    await below.bringToFront();
    const [download] = await Promise.all([below.waitForEvent('download'), alert_panel(below).getByRole('link', { name: 'pcapng' }).click()]);
    assert.match(download.suggestedFilename(), /\.pcapng$/);
    const file = join(enterprise.folder, 'alert.pcapng');
    await download.saveAs(file);
    const packets = packets_of(file);
    assert.ok(packets.some(({ octets }) => octets.includes('P_PROGRAM')), 'the packet of the alert is missing');
    assert.match(packets.flatMap(({ comments }) => comments).join(), /S7 CPU stopped/);
    const lines = execFileSync(join(bin, 'langyan'), ['read', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n').map((line) => JSON.parse(line));
    assert.ok(lines.some((line) => line.event_type === 's7comm' && line.ot?.verb === 'stop'), 'the stop is not in it');
  });

  await step('the asset is reached from the alert, and leads back', async () => {
    const { alert } = await enterprise.api(`/api/v1/alerts/${new URL(below.url()).searchParams.get('at')}`).catch(async () => {
      const { alerts } = await enterprise.api('/api/v1/alerts?sid=9120150');
      return { alert: alerts[0] };
    });
    const address = alert.event.dest_ip;
    await alert_panel(below).getByRole('button', { name: address }).first().click();
    await below.getByRole('menuitem', { name: 'Show the asset' }).click();
    const asset = below.getByRole('complementary', { name: 'Asset in detail' });
    await asset.getByRole('button', { name: address, exact: true }).first().waitFor();
    await asset.getByRole('heading', { name: 'What it says of itself' }).waitFor();
    await below.screenshot({ path: join(pictures, 'way-asset.png') });
    await asset.getByRole('link', { name: fault }).first().click();
    await alert_panel(below).getByRole('heading', { name: fault }).waitFor();
  });

  await step('a notice is written of the alert at the province; nobody addressed sees a draft', async () => {
    await below.bringToFront();
    await go(below, 'n');
    await below.getByText('No notice here').waitFor();
    await above.bringToFront();
    await alert_panel(above).getByRole('link', { name: 'Notice…' }).click();
    const form = above.getByRole('complementary', { name: 'Write a notice' });
    await form.getByText('→').waitFor();
    assert.equal(await form.getByLabel('Addressed to').inputValue(), works);
    assert.equal(await form.getByLabel('Title').inputValue(), fault);
    await form.getByRole('button', { name: 'Save as a draft' }).click();
    await notice_panel(above).getByRole('heading', { name: fault }).waitFor();
    assert.equal((await enterprise.api('/api/v1/notices')).notices.length, 0);
  });

  await step('issued above, it is there below, with the alerts it means', async () => {
    await notice_panel(above).getByRole('button', { name: 'Issue', exact: true }).click();
    await above.keyboard.press('Control+Enter');
    await notice_panel(above).getByText('→ Issued').waitFor();
    const number = await notice_panel(above).getByText(/^js-\d{4}-0001$/).innerText();
    await below.bringToFront();
    await learns(below, rows(below).filter({ hasText: number }));
    await below.keyboard.press('j');
    await notice_panel(below).getByRole('heading', { name: fault }).waitFor();
    await notice_panel(below).getByText('What this center itself has of it:').waitFor();
    await notice_panel(below).locator('details summary').getByText(fault).waitFor();
    await axe(below, 'a notice from above');
    await below.screenshot({ path: join(pictures, 'way-notice-below.png') });
    await notice_panel(below).getByRole('link', { name: 'Alerts here of the same rules and hosts' }).click();
    await stopped(below).waitFor();
    await below.goBack();
    await notice_panel(below).getByRole('heading', { name: fault }).waitFor();
  });

  await step('the province asks for the evidence; the works sees what would leave, provides it, and the packet is read above', async () => {
    const question = 'Which block was named in it?';
    const act = async (page, name, why) => {
      await page.bringToFront();
      await notice_panel(page).locator('section').first().getByRole('button', { name, exact: true }).click();
      if (why) await page.keyboard.type(why);
      await page.keyboard.press('Control+Enter');
    };
    await act(above, 'Ask for the evidence', question);
    await below.bringToFront();
    await learns(below, notice_panel(below).getByText(question));
    await notice_panel(below).getByText('What goes to the issuer if you provide it, packets included:').waitFor();
    await notice_panel(below).locator('details summary').click();
    await notice_panel(below).getByRole('region', { name: 'Packet' }).waitFor();
    await axe(below, 'what would leave');
    await below.screenshot({ path: join(pictures, 'way-evidence-below.png') });
    await act(below, 'Provide the evidence');
    await notice_panel(below).getByText('1 event in full').waitFor();
    await above.bringToFront();
    await learns(above, notice_panel(above).getByText(`In full, as ${works} provided them:`));
    await notice_panel(above).locator('details summary').click();
    await notice_panel(above).getByRole('region', { name: 'Packet' }).waitFor();
    await axe(above, 'provided evidence');
    await above.screenshot({ path: join(pictures, 'way-evidence-above.png') });
    const [download] = await Promise.all([above.waitForEvent('download'), notice_panel(above).getByRole('link', { name: 'Their packets as pcapng' }).click()]);
    const file = join(province.folder, 'evidence.pcapng');
    await download.saveAs(file);
    assert.ok(packets_of(file).some(({ octets }) => octets.includes('P_PROGRAM')), 'the packet of the alert is missing');
  });

  await step('received, being mended and reported below; the province follows', async () => {
    await take(below, above, 'Acknowledge receipt', 'Received');
    await take(below, above, 'Begin to mend', 'Being mended');
    await take(below, above, 'Report it mended', 'Reported mended', reason);
    await notice_panel(above).getByText('No alert of the same rules').waitFor();
    await above.screenshot({ path: join(pictures, 'way-notice-above.png') });
  });

  await step('reviewed and closed above; the works sees it closed, with the same history', async () => {
    await take(above, below, 'Review', 'Under review');
    await take(above, below, 'Close', 'Closed');
    const told = async (page) => (await notice_panel(page).locator('ol li b').allInnerTexts()).join(' · ');
    assert.equal(await told(below), await told(above));
    for (const page of [above, below]) assert.equal(await notice_panel(page).getByRole('button', { name: /Acknowledge|Begin|Report|Review|Withdraw|evidence/ }).count(), 0);
    const [{ notices: [up] }, { notices: [down] }] = await Promise.all([province.api('/api/v1/notices'), enterprise.api('/api/v1/notices')]);
    assert.deepEqual([up.id, up.state.word, down.state.word], [down.id, 'closed', 'closed']);
  });
  await context.close();
}

await run(steps, () => Promise.all(centers.map((one) => one.stop())));
