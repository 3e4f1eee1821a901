// A second factor: turned on with an app's code, asked for when signing in, turned off.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';

// RFC 6238, apart from what the center uses: a code that is taken now and was not used yet.
const used = new Set();
function code_of(secret) {
  const now = Math.floor(Date.now() / 30_000);
  const period = [now, now + 1, now - 1].find((one) => !used.has(one));
  used.add(period);
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((octet) => parseInt(octet, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(period));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

const password = 'smoke over the wall';

export async function second_factor({ page, step, until, axe, complaints }) {
  const dialog = page.getByRole('dialog', { name: 'Second factor' });
  const has_factor = () => page.evaluate(() => fetch('/api/v1/auth/session').then((answer) => answer.json())).then((session) => session.second_factor);
  const menu = async () => {
    await page.getByRole('button', { name: /^Account:/ }).click();
    await page.getByRole('menuitem', { name: 'Second factor…' }).click();
  };
  let secret;

  await step('a second factor is offered to who knows the password', async () => {
    const made = await page.evaluate((fresh) => fetch('/api/v1/auth/password', {
      method: 'POST', headers: { 'Content-Type': 'application/json', 'Langyan-Request': 'test' }, body: JSON.stringify({ new: fresh }),
    }).then((answer) => answer.status), password);
    assert.equal(made, 204);
    await menu();
    await dialog.getByLabel('Your password').fill('not it');
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await dialog.getByRole('alert').getByText('Check the name and the password').waitFor(); // and what to do next
    assert.ok(complaints.length === 1 && complaints[0].includes('status of 401'), complaints.join());
    complaints.length = 0;
    await dialog.getByLabel('Your password').fill(password);
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await dialog.getByRole('img', { name: 'Picture for the authenticator app' }).waitFor();
    secret = (await dialog.getByText(/^[A-Z2-7]{32}$/).textContent()).trim();
    await axe(page, 'an offered second factor');
  });

  await step('it is on once the app has shown its code', async () => {
    await dialog.getByLabel('Code the app shows').fill('000000');
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    await dialog.getByRole('alert').waitFor();
    assert.ok(complaints.length === 1 && complaints[0].includes('status of 401'), complaints.join());
    complaints.length = 0;
    assert.equal(await has_factor(), false);
    await dialog.getByLabel('Code the app shows').fill(code_of(secret));
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    await dialog.waitFor({ state: 'detached' });
    await until('the second factor is on', has_factor);
  });

  await step('signing in asks for a code, and only then', async () => {
    await page.getByRole('button', { name: /^Account:/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    const code = page.getByLabel('Code of the authenticator app');
    await page.locator('input[name=name]').fill('chen');
    await page.locator('input[name=password]').fill('guessed it');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('an administrator can set a new one').waitFor();
    assert.equal(await code.count(), 0);
    await page.locator('input[name=password]').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await code.waitFor();
    await axe(page, 'signing in with a code');
    await code.fill(code_of(secret));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: /^Account: chen/ }).waitFor();
  });

  await step('and it is turned off by another', async () => {
    await menu();
    await dialog.getByLabel('Code of the authenticator app').fill(code_of(secret));
    await dialog.getByRole('button', { name: 'Turn off' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await has_factor(), false);
  });
}
