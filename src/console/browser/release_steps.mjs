// What would leave for the center above, and what stays, by the policy in force and by lists on trial.
import assert from 'node:assert/strict';

export async function release({ page, step, until, axe, everywhere, plant, complaints }) {
  const rows = page.getByRole('grid', { name: 'What would leave' }).locator('[data-id]');

  await step('what would leave, and what stays', async () => {
    plant.replay('pump-house', ['pcaps/s7comm/stop.pcap']);
    await page.keyboard.press('g');
    await page.keyboard.press('v');
    await rows.first().waitFor();
    await page.getByText('by the policy in force').waitFor();
    await page.getByRole('button', { name: 'What stays' }).click();
    await page.getByRole('heading', { name: 'Types that stay' }).waitFor();
    await everywhere(page, 'release', (language) => page.getByRole('heading', { name: language === 'EN' ? 'Types that stay' : '不上报的类型' }).waitFor(), [1280, 3840]);
    await page.getByRole('grid').focus();
    await page.keyboard.press('j');
    const one = page.getByRole('complementary', { name: 'As it would leave' });
    assert.match(await one.innerText(), /"event_type"/);
    await axe(page, 'a line as it would leave');
  });

  await step('lists on trial, of which one is refused', async () => {
    await page.getByRole('searchbox', { name: /^Types on trial/ }).fill('flow');
    await page.getByText('by the lists on trial').waitFor();
    await until('only flows would leave', async () => (await rows.count()) > 0 && (await rows.filter({ hasText: 'flow' }).count()) === (await rows.count()));
    assert.equal(new URL(page.url()).searchParams.get('types'), 'flow');
    await page.getByRole('searchbox', { name: /^Types on trial/ }).fill('alert_state');
    await page.getByRole('alert').waitFor();
    assert.ok(complaints.length > 0 && complaints.every((text) => text.includes('status of 400')), complaints.join());
    complaints.length = 0;
    await axe(page, 'a list that is refused');
    await page.keyboard.press('Escape'); // out of the box
  });
}
