// Assets: the table, filters, one in full with the evidence of each fact, what is set by hand and undone, and the levels.
import assert from 'node:assert/strict';
import { join } from 'node:path';

export async function assets({ page, step, until, axe, everywhere, plant, pictures }) {
  const rows = page.locator('[role=grid] [data-id]');
  const detail = page.getByRole('complementary', { name: 'Asset in detail' });
  const seen = (path) => plant.api(`/api/v1/assets${path}`);

  await step('assets are listed by address, and filters narrow them', async () => {
    await page.goto(`${plant.url}/alerts`);
    await page.locator('[data-id]').first().waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await rows.first().waitFor();
    const { total, assets: first } = await seen('?limit=1');
    assert.ok(total > 20, 'the captures have devices');
    assert.equal(await rows.first().getAttribute('data-id'), first[0].id);
    await page.getByText(new RegExp(`^${total} assets$`)).waitFor();
    await everywhere(page, 'assets', (language) => page.getByText(language === 'EN' ? /^\d+ assets$/ : /^\d+ 个资产$/).waitFor());
    await page.getByRole('combobox', { name: 'Role' }).selectOption('engineering');
    const engineers = (await seen('?role=engineering')).total;
    await page.getByText(new RegExp(`^${engineers} assets?$`)).waitFor();
    await page.getByRole('searchbox').fill('nowhere at all');
    await page.getByText('No asset meets these filters.').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByText(new RegExp(`^${total} assets$`)).waitFor();
    assert.equal(new URL(page.url()).search, '');
  });

  let plc; // a controller that says its model, with an address that is still its own, peers and alerts
  for (const row of (await seen('?role=controller&is=host&limit=200')).assets) {
    if (plc || !row.model || row.ips.length === 0) continue;
    if ((await seen(`/${row.id}/alerts`)).alerts.length && (await seen(`/${row.id}/peers`)).peers.length) plc = row;
  }
  await step('one opens with the packet that said each fact, its peers and its alerts', async () => {
    await page.getByRole('searchbox').fill(plc.ips[0]);
    await page.locator(`[data-id="${plc.id}"]`).click();
    const full = await seen(`/${plc.id}`);
    const fact = full.facts.find((each) => each.packet > 0);
    await detail.getByText(`packet ${fact.packet} of ${fact.sensor}`).first().waitFor();
    await detail.getByText(fact.value, { exact: true }).first().waitFor();
    const { peers } = await seen(`/${plc.id}/peers`);
    await detail.getByRole('button', { name: peers[0].address, exact: true }).first().waitFor();
    const { alerts } = await seen(`/${plc.id}/alerts`);
    assert.ok(alerts.length > 0);
    await detail.getByRole('link', { name: 'All alerts of it' }).waitFor();
    await everywhere(page, 'asset', (language) => page.getByText(language === 'EN' ? 'What it says of itself' : '设备自述').waitFor());
    await detail.getByRole('link', { name: 'Its events in Hunt' }).click();
    await until('Hunt asks for its addresses', () => new URL(page.url()).searchParams.get('q').includes(plc.ips[0]));
    await page.goBack();
    await detail.waitFor();
  });

  await step('what is set by hand stays, and is undone', async () => {
    await detail.getByRole('combobox', { name: /^Role/ }).selectOption('safety');
    await detail.getByLabel('Owner').fill('Mei');
    await detail.getByRole('button', { name: 'Save' }).click();
    await until('the center has it', async () => (await seen(`/${plc.id}`)).asset.role.word === 'safety');
    await page.locator(`[data-id="${plc.id}"]`).getByText('Safety controller').waitFor();
    await detail.getByText('chen: safety · Mei').waitFor();
    await axe(page, 'an asset that was edited');
    await page.screenshot({ path: join(pictures, 'asset-edited.png') });
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await until('it is as the traffic says', async () => (await seen(`/${plc.id}`)).asset.role.word === plc.role.word);
    assert.equal((await seen(`/${plc.id}/history`)).history.length, 2);
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
  });

  await step('keys move along the table; the levels show who stands where', async () => {
    await page.getByRole('searchbox').fill('');
    await until('all are listed', async () => (await rows.count()) > 10);
    await page.getByRole('grid').focus();
    await page.keyboard.press('j');
    await detail.waitFor();
    const first = new URL(page.url()).searchParams.get('at');
    await page.keyboard.press('j');
    await until('the next is open', () => new URL(page.url()).searchParams.get('at') !== first);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Levels', exact: true }).click();
    const lane = page.locator('[data-level="1"]');
    await lane.locator('[data-asset]').first().waitFor();
    const { levels } = await seen('/counts?is=host');
    assert.equal(await lane.locator('[data-asset]').count(), levels.find((row) => row.level === 1).count);
    await everywhere(page, 'assets-lanes', (language) => page.getByRole('heading', { name: language === 'EN' ? /L1 Control/ : /L1 控制/ }).waitFor());
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${plant.url}/assets?at=${plc.id}`);
    await detail.getByText('What it says of itself').waitFor();
    await page.screenshot({ path: join(pictures, 'asset-narrow.png') });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight), false, 'the page itself scrolls');
    await page.setViewportSize({ width: 1600, height: 900 });
  });
}
