// Every word of the console in English, by area; each has a sister under zh with the same keys, or it does not compile.
import { administration } from './en/administration';
import { alerts } from './en/alerts';
import { assets } from './en/assets';
import { frame } from './en/frame';
import { habit } from './en/habit';
import { hunt } from './en/hunt';
import { notices } from './en/notices';
import { operations } from './en/operations';
import { packs } from './en/packs';
import { rules } from './en/rules';
import { sensors } from './en/sensors';
import { sentence } from './en/sentence';
import { tiers } from './en/tiers';

export const en = { ...administration, ...alerts, ...assets, ...frame, ...habit, ...hunt, ...notices, ...operations, ...packs, ...rules, ...sensors, ...sentence, ...tiers } as const;
