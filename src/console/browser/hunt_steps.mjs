// Hunt: the query line, what it finds and in how many shapes, the menu of a value, saved views.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export async function hunt({ page, step, until, axe, everywhere, plant, pictures }) {
  const query = () => new URL(page.url()).searchParams.get('q');
  const line = page.getByRole('textbox', { name: 'Query' });
  const events = page.locator('[role=grid] [data-id]');
  const ask = async (text) => {
    await line.fill(text);
    await page.keyboard.press('Escape'); // the list of completions
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await until(`the address holds ${text}`, () => query() === text);
  };

  await step('a query is completed, and its faults are told under the term in both languages', async () => {
    await page.goto(`${plant.url}/alerts`);
    await page.locator('[data-id]').first().waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await events.first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('ver');
    await page.getByRole('option', { name: /^event\.action/ }).first().waitFor();
    await page.screenshot({ path: join(pictures, 'hunt-completion.png') });
    await line.fill('colour:red');
    await page.getByRole('alert').waitFor();
    await page.locator('.cm-fault').waitFor();
    assert.equal(await page.locator('.cm-fault').innerText(), 'colour');
    await page.keyboard.press('Escape');
    await axe(page, 'a fault in a query');
    await page.getByRole('button', { name: '中文', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: /[\u4e00-\u9fff]/ }).waitFor();
    await page.screenshot({ path: join(pictures, 'hunt-fault-zh.png') });
    await page.getByRole('button', { name: 'EN', exact: true }).click();
  });

  await step('events are found, chips take conditions away, a value narrows', async () => {
    await ask('verb:write src:10.20.0.77');
    await events.first().waitFor();
    const { events: found } = await plant.api(`/api/v1/search?query=${encodeURIComponent('verb:write src:10.20.0.77')}&from=-24h`);
    assert.equal(await events.first().getAttribute('data-id'), found[0].id);
    await page.getByRole('button', { name: 'Remove the filter src:10.20.0.77' }).click();
    await until('the condition is gone', () => query() === 'verb:write');
    const value = events.first().locator('[role=gridcell]').nth(2).getByRole('button');
    const src = await value.innerText();
    await value.click();
    await page.getByRole('menuitem', { name: 'Exclude' }).waitFor();
    await axe(page, 'the menu of a value');
    await page.screenshot({ path: join(pictures, 'hunt-value.png') });
    await page.getByRole('menuitem', { name: 'Exclude' }).click();
    await until('it is excluded', () => query() === `verb:write not src:${src}`);
    await page.goBack();
    await until('back is the view before', () => query() === 'verb:write');
  });

  await step('an event opens with all its members; top values and columns are a click away', async () => {
    await events.first().locator('[role=gridcell]').first().click();
    const panel = page.getByRole('complementary', { name: 'The event in detail' });
    await panel.getByText('community_id').or(panel.getByText('Community ID')).first().waitFor();
    await page.getByRole('button', { name: 'Operation', exact: true }).click();
    await page.getByRole('navigation', { name: 'Fields' }).getByRole('button', { name: 'Write', exact: true }).waitFor();
    await page.getByRole('checkbox', { name: 'Sensor as a column' }).first().check();
    await page.getByRole('columnheader', { name: 'Sensor' }).waitFor();
    assert.match(new URL(page.url()).searchParams.get('cols'), /,sensor$/);
    await everywhere(page, 'hunt', (language) => page.getByRole('button', { name: language === 'EN' ? 'Views' : '视图' }).waitFor().then(() => events.first().waitFor()));
    for (const [width, height] of [[1280, 800], [3840, 1600]]) {
      await page.setViewportSize({ width, height });
      await events.first().waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, `${width}: the page itself scrolls`);
      await page.screenshot({ path: join(pictures, `hunt-${width}.png`) });
    }
    await page.setViewportSize({ width: 1600, height: 900 });
  });

  await step('drawing over the histogram chooses the time', async () => {
    const box = await page.getByRole('img', { name: /over time$/ }).boundingBox();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, box.y + 20, { steps: 4 });
    await page.mouse.up();
    await until('from and to are in the address', () => new URL(page.url()).searchParams.has('from') && new URL(page.url()).searchParams.has('to'));
    const { searchParams } = new URL(page.url());
    const hours = (Date.parse(searchParams.get('to')) - Date.parse(searchParams.get('from'))) / 3_600_000;
    assert.ok(hours > 9 && hours < 10.5, `${hours} h of 24`);
    await page.goBack();
  });

  await step('groups, a matrix and a chart', async () => {
    await ask('verb:(write or stop) | groupby src verb');
    await page.getByRole('cell', { name: '10.20.0.77' }).first().waitFor();
    await everywhere(page, 'hunt-groups', () => page.getByRole('cell', { name: '10.20.0.77' }).first().waitFor());
    await ask('verb:(write or stop) | groupby -matrix src dst');
    await page.getByRole('rowheader', { name: '10.20.0.77' }).waitFor();
    await everywhere(page, 'hunt-matrix', () => page.getByRole('rowheader', { name: '10.20.0.77' }).waitFor());
    await ask('| timechart 1h by verb');
    await page.getByRole('img', { name: /^write/ }).waitFor();
    await axe(page, 'a chart');
    await page.screenshot({ path: join(pictures, 'hunt-chart.png') });
  });

  await step('a view is kept under a name, and taken along', async () => {
    await ask('verb:stop | groupby src');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByText('No saved view yet').waitFor();
    await page.getByLabel('Name of this view').fill('Who stops');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'Who stops' }).waitFor();
    await axe(page, 'saved views');
    await page.screenshot({ path: join(pictures, 'hunt-views.png') });
    await page.keyboard.press('Escape');
    await ask('verb:write');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('who st');
    await page.getByRole('option', { name: 'Who stops' }).waitFor();
    await page.keyboard.press('Enter');
    await until('the palette leads to it', () => query() === 'verb:stop | groupby src');
    await page.getByRole('button', { name: 'Take along' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Table as CSV' }).click()]);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    const table = Buffer.concat(chunks).toString('utf8');
    assert.ok(table.startsWith('\ufeff"source.ip","count"\r\n') && /"10\.20\.0\.\d+",\d+/.test(table), table.slice(0, 80));
  });

  await step('the packet of an alert is a capture that our own reader takes, and its values lead on', async () => {
    const { alerts } = await plant.api('/api/v1/alerts?sid=9120150');
    await page.goto(`${plant.url}/alerts?at=${alerts[0].id}&open=1`);
    const detail = page.getByRole('complementary', { name: 'Alert in detail' });
    const [download] = await Promise.all([page.waitForEvent('download'), detail.getByRole('link', { name: 'Download as pcapng' }).click()]);
    assert.equal(download.suggestedFilename(), `${alerts[0].id}.pcapng`);
    const file = join(plant.folder, 'alert.pcapng');
    await download.saveAs(file);
    assert.ok(readFileSync(file).includes(`${alerts[0].id} ${alerts[0].event.alert.signature}`));
    const read = execFileSync(join(plant.bin, 'langyan-sensor'), ['-q', '-r', file], { encoding: 'utf8' });
    assert.match(read, /"app_proto":"s7comm"/);
    const before = alerts[0].event.packets_before;
    assert.match(read, new RegExp(`"capture":{"packets":${before.length + 1},`));
    await detail.getByRole('link', { name: `Download as pcapng, with ${before.length} before` }).waitFor();

    // By keys back to the first packet of those it carries, where the focus stays, and one forward again.
    const packets = detail.getByRole('group', { name: 'Packets of the flow' });
    await packets.getByText('the packet of the alert').waitFor();
    const earlier = packets.getByRole('button', { name: 'Earlier packet' });
    await earlier.focus();
    for (let i = before.length - 1; i >= 0; --i) {
      await page.keyboard.press('Enter');
      await packets.getByText(new RegExp(`#${before[i].pcap_cnt}$`)).waitFor();
    }
    await packets.getByText(`${before.length} packets before`).waitFor();
    await page.keyboard.press('Enter');
    assert.equal(await earlier.getAttribute('aria-disabled'), 'true');
    assert.ok(await earlier.evaluate((button) => button === document.activeElement), 'the focus is lost at the first packet');
    await axe(page, 'a packet before the alert');
    await page.screenshot({ path: join(pictures, 'packets-before.png') });
    await packets.getByRole('button', { name: 'Later packet' }).press('Enter');
    await packets.getByText(new RegExp(`#${before[1].pcap_cnt}$`)).waitFor();
    await detail.getByRole('button', { name: '9120150' }).or(detail.getByRole('button', { name: /:9120150:/ })).first().click();
    await page.getByRole('menuitem', { name: 'Include' }).click();
    await until('the list is filtered', () => new URL(page.url()).searchParams.get('sid') === '9120150');
    await detail.getByRole('button', { name: /:9120150:/ }).click();
    await page.getByRole('menuitem', { name: 'Hunt for it' }).click();
    await until('Hunt asks for it', () => new URL(page.url()).pathname === '/hunt' && query() === 'sid:9120150');
    await events.first().waitFor();
  });
}

// Operations: who does what to which controller.
export async function operations({ page, step, until, everywhere, plant, pictures }) {
  const parameter = (name) => new URL(page.url()).searchParams.get(name);
  await step('the matrix of writers and controllers leads to objects, values and the log', async () => {
    await page.goto(`${plant.url}/alerts`);
    await page.locator('[data-id]').first().waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    const cell = page.getByRole('button', { name: /^10\.20\.0\.77 to 10\.20\.0\.11: [\d,]+ operations?, [\d,]+ alerts?$/ }); // it alarmed, and says so
    await cell.waitFor();
    const asked = encodeURIComponent('class:operation verb:(write or force or configure or time) src:10.20.0.77 dst:10.20.0.11 | stats count');
    const { rows } = await plant.api(`/api/v1/search/aggregate?query=${asked}&from=-24h`);
    assert.equal(await cell.innerText(), rows[0][0].toLocaleString('en-GB'));
    assert.match(await page.getByRole('table').getByRole('rowheader').first().innerText(), /^10\.20\.0\.77/, 'who alarmed most comes first');
    await everywhere(page, 'operations', () => cell.or(page.getByRole('button', { name: /^10\.20\.0\.77 至 10\.20\.0\.11/ })).first().waitFor());
    await cell.click();
    await page.getByRole('region', { name: 'Objects of the pair' }).getByRole('button', { name: '40005', exact: true }).click(); // the log below has it, too
    await page.getByRole('img', { name: /^40005: \d+ values/ }).waitFor();
    assert.deepEqual([parameter('src'), parameter('dst'), parameter('object')], ['10.20.0.77', '10.20.0.11', '40005']);
    await everywhere(page, 'operations-value', () => page.getByRole('img', { name: /^40005/ }).waitFor());
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.screenshot({ path: join(pictures, 'operations-1280.png') });
    await page.setViewportSize({ width: 3840, height: 1600 });
    await page.screenshot({ path: join(pictures, 'operations-3840.png') });
    await page.setViewportSize({ width: 1600, height: 900 });
    await page.getByRole('button', { name: 'Firmware' }).click();
    await until('the kind is in the address, the pair is not', () => parameter('kind') === 'firmware' && parameter('src') === null);
  });
}
