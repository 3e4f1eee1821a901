// The pages of administration in a real browser before a real center: who did what, accounts, tokens, roles, outputs,
// settings, rules, habits; what others than administrators see of them. Screenshots go to a folder.
// usage: administration_test.mjs BIN_FOLDER CONSOLE_FOLDER SCREENSHOT_FOLDER
import { accounts } from './accounts_steps.mjs';
import { audit, chain } from './audit_steps.mjs';
import { enrolments } from './enrolments_steps.mjs';
import { assets, axe, bin, complaints, everywhere, inside, open, pictures, run, step, until, watch } from './harness.mjs';
import { others } from './others_steps.mjs';
import { outputs } from './outputs_steps.mjs';
import { Plant } from './plant.mjs';
import { release } from './release_steps.mjs';
import { roles, settings } from './roles_steps.mjs';
import { baseline, nothing_learned, rules, trial } from './rules_steps.mjs';
import { second_factor } from './second_factor_steps.mjs';
import { tokens } from './tokens_steps.mjs';

const plant = new Plant(bin, assets, ['center.name=works-7', 'center.organisation=cn/js/works-7']);

async function steps() {
  await plant.ready();
  const context = await open();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = context.pages()[0] ?? (await context.newPage());
  watch(page);
  await page.goto(plant.langyan('link', '--user', 'chen', '--role', 'engineer,system,security,audit'));
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  const given = { page, step, until, axe, everywhere, inside, plant, pictures, complaints };
  for (const more of [nothing_learned, audit, accounts, tokens, enrolments, roles, outputs, release, settings, rules, trial, baseline, chain, second_factor, others]) await more(given);
  await context.close();
}

await run(steps, () => plant.stop());
