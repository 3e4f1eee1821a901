// A value over time as steps, with the band it kept in the week before.
import { useTranslation } from 'react-i18next';
import { useZone } from '../frame/preferences';
import type { Point } from '../logic/operations';
import { clock } from '../logic/time';
import { numberText } from '../numbers';
import styles from './OperationsPage.module.css';

const width = 1000, height = 100;

export function ValueChart({ points, usual, object }: { points: readonly Point[]; usual: { least: number; most: number } | undefined; object: string }) {
  const { t } = useTranslation();
  const zone = useZone();
  const values = [...points.map((point) => point.value), ...(usual ? [usual.least, usual.most] : [])];
  const low = Math.min(...values), high = Math.max(...values);
  const from = points[0]!.time, to = Math.max(points.at(-1)!.time, from + 1);
  const x = (time: number) => ((time - from) / (to - from)) * width;
  const y = (value: number) => height - 6 - ((value - low) / (high - low || 1)) * (height - 12);
  const steps = points.map((point, index) => (index === 0 ? `M${x(point.time)} ${y(point.value)}` : `H${x(point.time)}V${y(point.value)}`)).join('');
  const outside = points.filter((point) => usual && (point.value < usual.least || point.value > usual.most));
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.axis}>
        <span>{numberText(high)}</span>
        <span>{numberText(low)}</span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={t('operations.chart', { object, count: points.length, outside: outside.length })}>
        {usual && <rect className={styles.band} x={0} width={width} y={y(usual.most)} height={Math.max(1, y(usual.least) - y(usual.most))} />}
        <path className={styles.line} d={`${steps}h4`} />
        {outside.map((point) => <path key={point.id} className={styles.outside} d={`M${x(point.time)} ${y(point.value) - 5}v10`} />)}
      </svg>
      <span className={styles.ends}><span className="mono">{clock(new Date(from).toISOString(), zone)}</span><span className="mono">{clock(new Date(to).toISOString(), zone)}</span></span>
    </figure>
  );
}
