// Lower centers: a real one that reports, one that never did, what each lets up.
import assert from 'node:assert/strict';

const rows = (page) => page.locator('[role=grid] [data-id]');

export async function platforms({ page, step, until, axe, everywhere, plant, lower }) {
  const detail = page.getByRole('complementary', { name: 'Lower center in full' });

  await step('without lower centers the page says how one begins to report', async () => {
    await page.goto(`${plant.url}/alerts`);
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.getByText('No center reports here yet').waitFor();
    await everywhere(page, 'platforms-empty', (language) => page.getByText(language === 'EN' ? 'No center reports here yet' : '还没有下级平台上报').waitFor());
  });

  await step('one that reports and one that never did, those in trouble first', async () => {
    plant.grant('works-9', '--relay', '--organisation', 'cn/js/works-9');
    await lower.begin();
    await page.reload();
    await until('both are listed', async () => (await rows(page).count()) === 2);
    await rows(page).filter({ hasText: 'works-7' }).getByText('Reporting').waitFor();
    assert.equal(await rows(page).filter({ hasText: 'works-7' }).getByText('南浦制药').getAttribute('title'), 'cn/js/works-7'); // as it is registered
    await rows(page).filter({ hasText: 'works-9' }).getByText('青岚水泥').waitFor();
    await until('its heartbeat came', async () => (await plant.api('/api/v1/platforms')).platforms.some((one) => one.heartbeat?.release));
    await rows(page).first().getByText('Never heard').waitFor();
    await page.reload();
    await rows(page).filter({ hasText: 'works-7' }).getByText(/alert, asset/).waitFor();
    await everywhere(page, 'platforms', (language) => page.getByText(language === 'EN' ? 'Never heard' : '从未上报').first().waitFor(), [1280, 1920, 3840]);
  });

  await step('one in full: how far behind, its version, what its policy lets up', async () => {
    await rows(page).filter({ hasText: 'works-7' }).click();
    await detail.getByRole('heading', { name: 'What it lets up' }).waitFor();
    const text = await detail.innerText();
    for (const part of [/rollup/, /\d+ fields leave/, /0\.1\.0/, /Alerts behind by\s+\d+ s/]) assert.match(text, part);
    await everywhere(page, 'platform', (language) => page.getByText(language === 'EN' ? 'What it lets up' : '上报内容').last().waitFor(), [1280, 3840]);
    await page.getByRole('button', { name: /^Never heard/ }).click();
    await until('only that one', async () => (await rows(page).count()) === 1);
    assert.match(new URL(page.url()).search, /link=never/);
    await axe(page, 'lower centers by state');
  });
}
