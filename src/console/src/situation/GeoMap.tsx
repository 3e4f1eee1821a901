// The nation on the outlines of an operator's map pack, shaded by risk, with the number under which they may be shown.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Unit } from '../api/situation';
import { map_width, type MapFault, type MapPack } from '../logic/map';
import styles from './situation.module.css';
import type { SituationSearch } from './search';
import { nameOf, shade, told } from './Tiles';

const numbered = 30, named = 120; // how wide a region is that has its risk, and its name, in it

export function GeoMap({ pack, units, search }: { pack: MapPack; units: readonly Unit[]; search: SituationSearch }) {
  const { t } = useTranslation();
  return (
    <figure className={styles.geo}>
      <svg viewBox={`-4 -4 ${map_width + 8} ${pack.height + 8}`} role="group" aria-label={t('situation.map')}>
        {pack.regions.map((region) => {
          const unit = units.find((one) => one.province?.word === region.province);
          const outline = <path d={region.path} />;
          return unit ? (
            <Link key={region.province} to="/situation" search={{ ...search, organisation: unit.organisation }} data-shade={shade(unit.risk)} data-unit={unit.organisation} aria-label={told(unit, t)}>
              <title>{told(unit, t)}</title>
              {outline}
            </Link>
          ) : <g key={region.province} data-shade="none">{outline}</g>;
        })}
        {pack.lines.map((line, index) => <path key={index} d={line} className={styles.geoLine} />)}
        {pack.regions.map((region) => {
          const unit = units.find((one) => one.province?.word === region.province);
          return unit && region.width >= numbered && (
            <text key={region.province} x={region.middle[0]} y={region.middle[1]} aria-hidden="true">{region.width >= named && `${nameOf(unit)} `}<tspan>{unit.risk}</tspan></text>
          );
        })}
      </svg>
      <figcaption>{t('situation.approval', { number: pack.approval })}{[pack.source, pack.date].map((text) => text && ` · ${text}`)}</figcaption>
    </figure>
  );
}

export function MapRefused({ why }: { why: MapFault }) {
  const { t } = useTranslation();
  return <p className={styles.quiet} role="status">{t(`situation.mapFault.${why.fault}`, { units: 'missing' in why ? why.missing.join(', ') : '' })}</p>;
}
