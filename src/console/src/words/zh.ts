import { administration } from './zh/administration';
import { alerts } from './zh/alerts';
import { assets } from './zh/assets';
import { frame } from './zh/frame';
import { habit } from './zh/habit';
import { hunt } from './zh/hunt';
import { notices } from './zh/notices';
import { operations } from './zh/operations';
import { packs } from './zh/packs';
import { rules } from './zh/rules';
import { sensors } from './zh/sensors';
import { sentence } from './zh/sentence';
import { tiers } from './zh/tiers';
import type { en } from './en';
import type { Words } from './words';

export const zh: Words<typeof en> = { ...administration, ...alerts, ...assets, ...frame, ...habit, ...hunt, ...notices, ...operations, ...packs, ...rules, ...sensors, ...sentence, ...tiers };
