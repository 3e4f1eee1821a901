// Pictures of every page in both themes and languages for the documents, small, of what the browser tests left in a folder.
// A page is what has a route; its picture has its name unless `shown` says which. usage: pictures.mjs SCREENSHOTS TARGET
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

const [from, to] = process.argv.slice(2);
const width = 1200, quality = 0.5;
const shown = { baseline: 'learned', situation: 'nation', platforms: 'nation-platforms', alerts: 'alert-write', assets: 'asset', notices: 'notice', audit: 'audit-chain', accounts: 'account', outputs: 'output', rules: 'rule', enterprises: 'enterprise' };

const routes = readFileSync(resolve(import.meta.dirname, '../src/router.tsx'), 'utf8');
const pages = [...routes.matchAll(/page: \{ name: '(\w+)'/g)].map((found) => found[1]);
const profile = mkdtempSync(join(tmpdir(), 'langyan-pictures-'));
const context = await chromium.launchPersistentContext(profile, { executablePath: process.env.LANGYAN_BROWSER ?? '/usr/bin/chromium', headless: true, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
const page = context.pages()[0];
const missing = [];
let octets = 0;

for (const name of pages)
  for (const version of ['en-light', 'en-dark', 'zh-light', 'zh-dark']) {
    const png = join(from, `${shown[name] ?? name}-${version}.png`);
    if (!existsSync(png)) {
      missing.push(png);
      continue;
    }
    const webp = await page.evaluate(
      async ([data, wide, q]) => {
        const image = await createImageBitmap(await (await fetch(data)).blob(), { resizeWidth: wide, resizeQuality: 'high' });
        const canvas = new OffscreenCanvas(image.width, image.height);
        canvas.getContext('2d').drawImage(image, 0, 0);
        const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality: q })).arrayBuffer());
        let text = '';
        for (const byte of bytes) text += String.fromCharCode(byte);
        return btoa(text);
      },
      [`data:image/png;base64,${readFileSync(png).toString('base64')}`, width, quality],
    );
    const target = join(to, `${name}-${version}.webp`);
    writeFileSync(target, Buffer.from(webp, 'base64'));
    octets += statSync(target).size;
  }
await context.close();
rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
console.log(`${pages.length} pages, ${(octets / 1e6).toFixed(1)} MB in ${to}`);
if (missing.length > 0) {
  console.log(`missing: ${missing.join(' ')}`);
  process.exit(1);
}
