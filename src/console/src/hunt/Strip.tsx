// Counts over time as bars; drawing over them chooses the time from … to.
import { type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useZone } from '../frame/preferences';
import { clock } from '../logic/time';
import styles from './Strip.module.css';

const width = 1000; // of the drawing's own units; it is stretched
const height = 100;

export interface Bars {
  from: number; // milliseconds
  bucket: number;
  counts: readonly number[];
}

export function Strip({ bars, most, choose, label, tall }: {
  bars: Bars;
  most: number;
  choose?: (from: string, to: string) => void;
  label: string;
  tall?: boolean;
}) {
  const { t } = useTranslation();
  const zone = useZone();
  const box = useRef<SVGSVGElement>(null);
  const [brush, setBrush] = useState<[number, number]>();
  const [over, setOver] = useState<number>();
  const n = Math.max(1, bars.counts.length);
  const at = (event: PointerEvent) => {
    const { left, width: wide } = box.current!.getBoundingClientRect();
    return Math.min(Math.max((event.clientX - left) / wide, 0), 1);
  };
  const timeOf = (part: number) => new Date(bars.from + part * n * bars.bucket).toISOString();
  const end = (event: PointerEvent) => {
    if (brush && choose && Math.abs(at(event) - brush[0]) > 0.004) choose(timeOf(Math.min(brush[0], at(event))), timeOf(Math.max(brush[0], at(event))));
    setBrush(undefined);
  };
  const [low, high] = brush ? [Math.min(...brush), Math.max(...brush)] : [0, 0];
  return (
    <figure className={styles.figure} data-tall={tall}>
      <svg ref={box} className={styles.svg} data-brush={!!choose} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}
        onPointerDown={(event) => {
          if (!choose || event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setBrush([at(event), at(event)]);
        }}
        onPointerMove={(event) => {
          setOver(Math.min(n - 1, Math.floor(at(event) * n)));
          if (brush) setBrush([brush[0], at(event)]);
        }}
        onPointerUp={end} onPointerCancel={() => setBrush(undefined)} onPointerLeave={() => setOver(undefined)}>
        {bars.counts.map((count, index) =>
          count === 0 ? null : (
            <rect key={index} className={styles.bar} data-over={index === over} x={(index * width) / n} width={Math.max(0.5, (width / n) * 0.86)}
              y={height - Math.max(2, (count / Math.max(1, most)) * height)} height={Math.max(2, (count / Math.max(1, most)) * height)} />
          ))}
        {brush && <rect className={styles.brush} x={low * width} width={(high - low) * width} y={0} height={height} />}
      </svg>
      {over !== undefined && bars.counts[over] !== undefined && (
        <figcaption className={styles.tip} aria-hidden="true">
          {t('hunt.bar', { count: bars.counts[over], time: clock(timeOf(over / n), zone) })}
        </figcaption>
      )}
    </figure>
  );
}
