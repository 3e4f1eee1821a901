// Roles: what each may, by the center's own table. Settings: what is in force.
import assert from 'node:assert/strict';

const rows = (page) => page.getByRole('grid', { name: 'Operations, and' }).locator('[data-id]');

export async function roles({ page, step, until, everywhere }) {
  await step('what each role may do', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('y');
    await rows(page).first().waitFor();
    const { roles: table } = await page.evaluate(() => fetch('/api/v1/roles').then((answer) => answer.json()));
    const auditor = table.find((row) => row.role === 'audit').may;
    await everywhere(page, 'roles', (language) => page.getByText(language === 'EN' ? 'One account may hold' : '允许一个账户兼任').waitFor(), [1280, 3840]);
    await page.getByRole('button', { name: new RegExp(`^Audit ${auditor.length}`) }).click();
    await page.getByText(new RegExp(`^${auditor.length} operations`)).waitFor();
    await page.getByRole('searchbox').fill('audit log');
    await until('only those of the audit log', async () => (await rows(page).count()) === 1);
    await rows(page).first().click();
    await page.getByRole('complementary', { name: 'Operation in full' }).getByText('get_audit_verify').waitFor();
    await everywhere(page, 'role-operation', (language) => page.getByRole('searchbox').waitFor().then(() => language === 'EN' && rows(page).first().waitFor()), [1280]);
    await page.getByRole('searchbox').fill('zzz');
    await page.getByText('No role may do what is so called.').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
  });
}

export async function settings({ page, step, everywhere, inside }) {
  await step('settings in force, and where they are changed', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    const { keep, now } = await page.evaluate(() => fetch('/api/v1/storage').then((answer) => answer.json()));
    for (const { key, seconds } of keep) assert.match(await page.locator(`[data-key="${key}"]`).innerText(), new RegExp(`${seconds / 86400} days`));
    assert.ok(now.bytes > 0);
    await page.getByText('works-7').first().waitFor();
    await everywhere(page, 'settings', (language) => page.getByText(language === 'EN' ? 'Events take' : '事件占用').waitFor(), [1280, 3840]);
    await inside(page, 'settings');
  });
}
