// What lies below a place as equal tiles: the provinces of the nation where they stand on the map, others
// one after another, gravest first. A tile leads to its place.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Severity } from '../alerts/Severity';
import { registryQuery } from '../api/enterprises';
import type { Unit } from '../api/situation';
import { inLanguage } from '../api/words';
import { noticeSeverities } from '../logic/notices';
import { places } from '../logic/situation';
import { numberText } from '../numbers';
import { LinkState } from '../platforms/LinkState';
import styles from './situation.module.css';
import type { SituationSearch } from './search';

export const nameOf = (unit: Unit): string => (unit.province ? inLanguage(unit.province) : unit.name || unit.organisation.split('/').at(-1)!);
export const shade = (risk: number) => (risk === 0 ? 0 : risk < 15 ? 1 : risk < 40 ? 2 : risk < 70 ? 3 : 4);

// What a tile or a region says to who does not see it.
export function told(unit: Unit, t: TFunction): string {
  const link = unit.link === 'none' ? '' : ` ${t('situation.linkIs', { link: t(`platforms.links.${unit.link}`) })}`;
  return t('situation.tile', { name: nameOf(unit), risk: unit.risk, critical: unit.alerts.critical, high: unit.alerts.high }) + link;
}

function Inside({ unit, name }: { unit: Unit; name: string }) {
  const worst = noticeSeverities.findIndex((severity) => unit.alerts[severity] > 0);
  return (
    <>
      <span className={styles.tileName} aria-hidden="true">{name}</span>
      <b aria-hidden="true">{unit.risk}</b>
      <span className={styles.tileFoot} aria-hidden="true">
        {worst >= 0 && <><Severity level={(worst + 1) as 1} word={false} />{numberText(unit.alerts[noticeSeverities[worst]!])}</>}
        {unit.link !== 'none' && <LinkState link={unit.link} word={false} />}
      </span>
    </>
  );
}

function Tile({ unit, search, at }: { unit: Unit; search: SituationSearch; at?: readonly [number, number] }) {
  const { t } = useTranslation();
  const name = nameOf(unit);
  return (
    <Link to="/situation" search={{ ...search, organisation: unit.organisation }} className={styles.tile} data-shade={shade(unit.risk)} data-unit={unit.organisation}
      title={`${name} · ${unit.organisation}`}
      ref={(element) => void (at && placed(element, at))}>
      <span className="hidden">{told(unit, t)}</span>
      <Inside unit={unit} name={name} />
    </Link>
  );
}

function placed(element: HTMLElement | null, [column, row]: readonly [number, number]) {
  element?.style.setProperty('grid-area', `${row + 1} / ${column + 1}`);
}

export function TileMap({ units, search }: { units: readonly Unit[]; search: SituationSearch }) {
  const { t } = useTranslation();
  const { data: words } = useQuery(registryQuery);
  const others = units.filter((unit) => !unit.province);
  return (
    <>
      <div className={styles.map} role="group" aria-label={t('situation.map')}>
        {words?.provinces.map((province) => {
          const unit = units.find((one) => one.province?.word === province.word);
          const at = places[province.word];
          if (!at) return null;
          return unit ? <Tile key={province.word} unit={unit} search={search} at={at} /> : (
            <div key={province.word} className={styles.tile} data-shade="none" title={t('situation.nothingFrom', { name: inLanguage(province) })} ref={(element) => placed(element, at)}>
              <span className={styles.tileName}>{inLanguage(province)}</span>
              <b>–</b>
            </div>
          );
        })}
      </div>
      {others.length > 0 && <TileList units={others} search={search} />}
    </>
  );
}

export function TileList({ units, search }: { units: readonly Unit[]; search: SituationSearch }) {
  const { t } = useTranslation();
  return (
    <div className={styles.tiles} role="group" aria-label={t('situation.below')}>
      {units.map((unit) => <Tile key={unit.organisation} unit={unit} search={search} />)}
    </div>
  );
}
