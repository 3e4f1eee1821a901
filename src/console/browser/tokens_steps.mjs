// Tokens: made, shown once, used, revoked.
import assert from 'node:assert/strict';
import { join } from 'node:path';

const rows = (page) => page.getByRole('grid', { name: 'Tokens' }).locator('[data-id]');

export async function tokens({ page, step, until, axe, everywhere, plant, pictures }) {
  const detail = page.getByRole('complementary', { name: 'Token in full' });
  const status_of = async (secret) => (await fetch(`${plant.url}/api/v1/auth/session`, { headers: { Authorization: `Bearer ${secret}` } })).status;
  let secret;

  await step('a token is made and its secret shown once', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    await rows(page).first().waitFor();
    await page.getByRole('button', { name: 'Make a token' }).click();
    await page.getByLabel('Delivers for').waitFor();
    assert.equal(await page.getByRole('option', { name: 'Auditor' }).count(), 0, 'administrators\' tokens are made on the host');
    await everywhere(page, 'tokens-make', (language) => page.getByLabel(language === 'EN' ? 'Delivers for' : '代表').waitFor(), [1280]);
    await page.getByRole('combobox', { name: 'Role' }).selectOption('viewer');
    await page.getByRole('textbox', { name: 'Name' }).fill('wall-board');
    await page.getByLabel('Ends').fill('2099-01-01T08:00');
    await page.getByRole('button', { name: 'Make it' }).click();
    await page.getByText('Shown now and never again').waitFor();
    secret = await page.getByLabel('Secret of the token').innerText();
    assert.equal(await page.getByLabel('To be opened on a wall').innerText(), `${plant.url}/wall#${secret}`);
    await page.getByRole('button', { name: 'Copy' }).first().click();
    await page.getByText('Copied.').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
    assert.ok(!page.url().includes(secret));
    await axe(page, 'the secret of a token');
    await page.evaluate(() => { // no secret in a picture
      document.querySelector('[aria-label="Secret of the token"]').textContent = 'lyt_…';
      document.querySelector('[aria-label="To be opened on a wall"]').textContent = `${location.origin}/wall#lyt_…`;
    });
    await page.screenshot({ path: join(pictures, 'token-made.png') });
    await page.keyboard.press('j'); // moves nothing while the secret stands there
    assert.equal(await status_of(secret), 200);
    await page.reload();
    await detail.getByRole('heading', { name: 'wall-board' }).waitFor();
    assert.ok(!(await page.content()).includes(secret), 'the secret is gone');
  });

  await step('it is listed; others are of sensors and lower centers', async () => {
    plant.grant('pump-house', '--organisation', 'cn/js/works-7/pumps');
    plant.grant('branch', '--relay', '--organisation', 'cn/js/works-7/branch');
    await page.reload();
    await rows(page).filter({ hasText: 'lower center branch' }).waitFor();
    await rows(page).filter({ hasText: 'wall-board' }).click();
    await everywhere(page, 'tokens', (language) => page.getByText(language === 'EN' ? 'lower center branch' : '下级平台 branch').waitFor(), [1280, 3840]);
    await page.getByRole('searchbox').fill('zzz');
    await page.getByText('No token is like this.').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
  });

  await step('revoked it is refused', async () => {
    await rows(page).filter({ hasText: 'wall-board' }).click();
    await detail.getByRole('button', { name: 'Revoke…' }).click();
    await detail.getByText('From its next request on').waitFor();
    await axe(page, 'a token about to be revoked');
    await detail.getByRole('button', { name: 'Confirm: Revoke' }).click();
    await detail.waitFor({ state: 'detached' });
    await until('it is listed no more', async () => (await rows(page).filter({ hasText: 'wall-board' }).count()) === 0);
    assert.equal(await status_of(secret), 401);
  });
}
