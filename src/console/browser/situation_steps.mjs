// The situation: a province's, the nation's with its tile map, the way down, the wall.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { another, watch } from './harness.mjs';

export async function situation({ page, step, until, axe, everywhere, inside, plant, nation, lower, pictures }) {
  const card = (name) => page.getByRole('region', { name, exact: true });

  await step('a province begins with its situation: figures with their age, hours, what lies below, the funnel', async () => {
    await page.goto(plant.url);
    await page.getByRole('heading', { name: 'Situation' }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/situation');
    const kpi = await plant.api('/api/v1/situation/kpi');
    assert.ok(kpi.alerts > 0);
    await page.getByText(/^as of \d+ s ago$/).first().waitFor();
    await card('Alerts by hour and severity').getByRole('img', { name: new RegExp(`^Alerts of 24 hours by hour: ${kpi.alerts}, of which ${kpi.by_severity.critical} critical`) }).waitFor();
    await card('Protocols').getByText(/^Modbus/).waitFor();
    const { units } = await plant.api('/api/v1/situation/units');
    assert.equal(await page.locator('[data-unit]').first().getAttribute('data-unit'), units[0].organisation);
    await page.getByRole('navigation', { name: 'Place' }).getByText('Jiangsu', { exact: true }).waitFor();
    await card('Newest critical and high alerts').getByTitle('cn/js/works-7').filter({ hasText: '南浦制药' }).first().waitFor();
    const stages = (await plant.api('/api/v1/situation/disposal')).stages.map((stage) => stage.count);
    assert.deepEqual((await card('Notices, how far they came').locator('b').allInnerTexts()).map(Number), stages);
    await everywhere(page, 'situation', (language) => page.getByText(language === 'EN' ? 'Highest risk' : '风险排名').waitFor(), [1280, 1920, 3840]);
  });

  await step('a tile leads down, the path leads up, a stage of the funnel to its notices', async () => {
    await page.locator('[data-unit="cn/js/works-7"]').click();
    await until('the place is in the address', () => new URL(page.url()).searchParams.get('organisation') === 'cn/js/works-7');
    await card('Rules that alert most').getByRole('link', { name: 'S7 CPU stopped' }).waitFor();
    await axe(page, 'a place with nothing below');
    await page.getByRole('navigation', { name: 'Place' }).getByRole('link', { name: 'Jiangsu' }).click();
    await page.locator('[data-unit="cn/js/works-7"]').waitFor();
    await card('Notices, how far they came').getByRole('link', { name: 'Closed' }).click();
    await until('closed notices', () => page.url().endsWith('/notices?state=closed'));
  });

  await step('the nation sees its provinces where they stand, by what they report', async () => {
    await page.goto(nation.langyan('link', '--user', 'he', '--role', 'analyst'));
    await page.getByRole('heading', { name: 'Situation' }).waitFor();
    await until('alerts of the province have come up', async () => (await nation.api('/api/v1/situation/units')).units.find((unit) => unit.organisation === 'cn/js')?.risk > 0);
    await page.reload();
    const tile = page.locator('[data-unit="cn/js"]');
    await tile.waitFor();
    assert.match(await tile.locator('.hidden').textContent(), /^Jiangsu: risk \d+, \d+ critical and \d+ high alerts\. Link: Reporting\.$/);
    assert.match(await page.locator('[data-unit="cn/zj"] .hidden').textContent(), /^Zhejiang: .*Link: Never heard\.$/);
    const map = page.getByRole('group', { name: 'Provinces', exact: true });
    assert.equal(await map.locator(':scope > *').count(), 34);
  });

  await step('with a map pack its outlines are offered, with their approval number; tiles stay the first', async () => {
    await page.getByRole('group', { name: 'Provinces as' }).getByRole('button', { name: 'Map' }).click();
    const region = page.locator('svg a[data-unit="cn/js"]');
    await region.waitFor();
    assert.match(await region.getAttribute('aria-label'), /^Jiangsu: risk \d+/);
    assert.equal(await page.locator('svg[role=group] path').count(), 35);
    await page.getByText('Map approval number (审图号): TEST(2026)0001 · squares of a test · 2026-11-30').waitFor();
    await everywhere(page, 'situation-map', (language) => page.getByText(language === 'EN' ? 'Map approval number' : '审图号：').waitFor(), [1280, 3840]);
    await region.focus();
    await page.keyboard.press('Enter');
    await until('the place is in the address', () => new URL(page.url()).searchParams.get('organisation') === 'cn/js');
    await page.goBack();
    await page.getByRole('group', { name: 'Provinces as' }).getByRole('button', { name: 'Tiles' }).click();
    await page.locator('[data-unit="cn/js"] .hidden').waitFor({ state: 'attached' });
    assert.equal(new URL(page.url()).searchParams.get('map'), null);
  });

  await step('a screen with a viewer\'s token shows the wall without anybody signed in, until it is revoked', async () => {
    const secret = nation.langyan('token', 'add', '--role', 'viewer', '--name', 'hall', '--expires', '2099-01-01T00:00:00Z');
    const screen = await another();
    const wall = screen.pages()[0] ?? (await screen.newPage());
    watch(wall);
    await wall.goto(`${nation.url}/wall#${secret}`);
    await wall.locator('[data-unit="cn/js"]').waitFor();
    assert.equal(new URL(wall.url()).pathname + new URL(wall.url()).search, '/situation?kiosk=1');
    assert.ok(!wall.url().includes(secret));
    assert.equal(await wall.getByRole('navigation', { name: 'Pages' }).count(), 0);
    await wall.reload();
    await wall.locator('[data-unit="cn/js"]').waitFor();
    await wall.goto('about:blank');
    const { tokens } = JSON.parse(nation.langyan('token', 'ls'));
    nation.langyan('token', 'revoke', tokens.find((token) => token.name === 'hall').id);
    await wall.goto(`${nation.url}/wall#${secret}`);
    await wall.getByText('This address opens nothing any more').waitFor();
    await axe(wall, 'a wall whose token is revoked');
    await screen.close();
  });

  await step('on a wall nothing else is shown, and Esc leads back', async () => {
    await page.getByRole('link', { name: 'Wall mode' }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor({ state: 'detached' });
    assert.equal(new URL(page.url()).searchParams.get('kiosk'), '1');
    await page.locator('[data-unit="cn/js"]').waitFor();
    await axe(page, 'the wall');
    for (const width of [1920, 3840]) {
      await page.setViewportSize({ width, height: Math.round((width * 9) / 16) });
      await inside(page, `the wall at ${width}`);
      await page.screenshot({ path: join(pictures, `situation-wall-${width}.png`) });
    }
    await page.setViewportSize({ width: 1600, height: 900 });
    await page.keyboard.press('Escape');
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  });

  await step('a figure that is not renewed is grey', async () => {
    const old = { ...(await nation.api('/api/v1/situation/kpi')), as_of: new Date(Date.now() - 200_000).toISOString() };
    await page.route('**/api/v1/situation/kpi*', (route) => route.fulfill({ json: old }));
    await page.reload();
    await page.getByText('as of 3 min ago').first().waitFor();
    assert.ok((await page.locator('dl [data-stale]').count()) > 3);
    await axe(page, 'stale figures');
    await page.unroute('**/api/v1/situation/kpi*');
  });

  await step('an enterprise has no pages of the tiers above, and begins with its alerts', async () => {
    lower.replay('hall', ['pcaps/s7comm/stop.pcap']); // a center without any sensor has no catalogues to show
    await page.goto(lower.langyan('link', '--user', 'gu', '--role', 'analyst'));
    await page.getByRole('heading', { name: 'Alerts' }).waitFor();
    const entries = await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts();
    assert.ok(entries.includes('Notices') && entries.includes('Situation'), entries.join());
    assert.ok(!entries.includes('Enterprises') && !entries.includes('Centers'), entries.join());
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.getByRole('heading', { name: 'Situation' }).waitFor();
    await page.getByRole('region', { name: 'Rules that alert most' }).waitFor();
    await axe(page, 'the situation of an enterprise');
    await page.screenshot({ path: join(pictures, 'situation-enterprise.png') });
  });
}
