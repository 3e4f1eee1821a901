// Alerts of a day by hour and severity, stacked with the gravest at the bottom.
import { useTranslation } from 'react-i18next';
import { Severity } from '../alerts/Severity';
import { useZone } from '../frame/preferences';
import type { Stack } from '../logic/situation';
import { clock } from '../logic/time';
import { numberText } from '../numbers';
import styles from './situation.module.css';

const width = 1000, height = 200;
const levels = [1, 2, 3, 4, 5] as const;

export function Trend({ stacks }: { stacks: readonly Stack[] }) {
  const { t } = useTranslation();
  const zone = useZone();
  const most = Math.max(1, ...stacks.map((stack) => stack.total));
  const wide = width / Math.max(1, stacks.length);
  const sums = levels.map((level) => stacks.reduce((sum, stack) => sum + stack.levels[level - 1]!, 0));
  const hour = (time: number) => clock(new Date(time).toISOString(), zone).slice(0, 11);
  return (
    <figure className={styles.trend}>
      <figcaption className={styles.legend}>
        {levels.slice(0, 4).map((level) => <span key={level}><Severity level={level} /> <b>{numberText(sums[level - 1]!)}</b></span>)}
        <span className={styles.most}>{t('situation.most', { count: most })}</span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={t('situation.trendOf', { count: sums.reduce((sum, one) => sum + one, 0), critical: sums[0], high: sums[1] })}>
        {stacks.map((stack, index) => {
          let below = 0;
          return levels.map((level) => {
            const count = stack.levels[level - 1]!;
            if (count === 0) return null;
            const tall = Math.max(2, (count / most) * (height - 8));
            below += tall;
            return <rect key={`${index} ${level}`} data-level={level} x={index * wide + wide * 0.08} width={wide * 0.84} y={height - below} height={tall} />;
          });
        })}
      </svg>
      <span className={`mono ${styles.ends}`}>
        <span>{stacks[0] && hour(stacks[0].time)}</span>
        <span>{stacks.length > 0 && hour(stacks.at(-1)!.time)}</span>
      </span>
    </figure>
  );
}
