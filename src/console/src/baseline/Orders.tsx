// What people said of habits, and what sensors made of it; and work that was announced and so did not alarm.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Told } from '../api/baseline';
import { formStyles as styles } from '../frame/Form';
import type { Column } from '../frame/Grid';
import { Facts, Panel } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { type Eve, place } from '../logic/eve';
import { type Say, sentence } from '../logic/sentence';
import { clock } from '../logic/time';
import { numberText } from '../numbers';

interface Order {
  id?: string;
  kind?: 'approve' | 'forget' | 'import';
  outcome?: 'taken' | 'refused';
  by?: string;
  reason?: string;
  scope?: string;
  changed?: number;
  stay?: number;
  withdrawn?: number;
  why?: string;
}

const orderOf = (row: Told): Order => ((row.event as { order?: Order }).order ?? {});
const windowOf = (row: Told): string => String((row.event as { maintenance?: unknown }).maintenance ?? '');

export function useOrderColumns(): Column<Told>[] {
  const { t } = useTranslation();
  const zone = useZone();
  const head = (name: 'time' | 'order' | 'outcome' | 'by' | 'reason' | 'scope' | 'changed' | 'sensor') => ({ name, head: t(`baseline.${name}`) });
  return [
    { ...head('time'), least: 148, mono: true, cell: (row) => clock(row.time, zone) },
    { ...head('order'), least: 96, cell: (row) => t(`baseline.orders.${orderOf(row).kind ?? 'unknown'}`) },
    { ...head('outcome'), least: 92, cell: (row) => <span className={orderOf(row).outcome === 'refused' ? styles.bad : undefined}>{t(`baseline.outcomes.${orderOf(row).outcome ?? 'refused'}`)}</span> },
    { ...head('by'), least: 96, cell: (row) => orderOf(row).by || '–' },
    { ...head('reason'), least: 180, share: 2, cell: (row) => orderOf(row).reason || '–', tip: (row) => orderOf(row).reason },
    { ...head('scope'), least: 160, share: 2, mono: true, spare: true, cell: (row) => orderOf(row).scope || t('form.whole'), tip: (row) => orderOf(row).scope },
    { ...head('changed'), least: 84, spare: true, cell: (row) => numberText(orderOf(row).changed ?? 0) },
    { ...head('sensor'), least: 110, spare: true, cell: (row) => row.sensor },
  ];
}

export function useAnnouncedColumns(): Column<Told>[] {
  const { t } = useTranslation();
  const zone = useZone();
  const say = t as unknown as Say;
  const head = (name: 'time' | 'window' | 'done' | 'client' | 'server' | 'sensor') => ({ name, head: t(`baseline.${name}`) });
  return [
    { ...head('time'), least: 148, mono: true, cell: (row) => clock(row.time, zone) },
    { ...head('window'), least: 180, share: 1, cell: windowOf, tip: windowOf },
    { ...head('done'), least: 220, share: 3, cell: (row) => sentence(row.event as Eve, say), tip: (row) => sentence(row.event as Eve, say) },
    { ...head('client'), least: 140, mono: true, spare: true, cell: (row) => place((row.event as Eve).src_ip, (row.event as Eve).src_port) },
    { ...head('server'), least: 140, mono: true, spare: true, cell: (row) => place((row.event as Eve).dest_ip, (row.event as Eve).dest_port) },
    { ...head('sensor'), least: 110, spare: true, cell: (row) => row.sensor },
  ];
}

export function ToldPanel({ row, close }: { row: Told; close: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const order = orderOf(row);
  const window = windowOf(row);
  return (
    <Panel label={t('baseline.detail')} head={<span>{window ? t('baseline.shows.announced') : t(`baseline.outcomes.${order.outcome ?? 'refused'}`)}</span>} close={close}>
      <h2>{window || t(`baseline.orders.${order.kind ?? 'unknown'}`)}</h2>
      {window && <p>{sentence(row.event as Eve, t as unknown as Say)}</p>}
      {order.why && <p role="status" className={styles.told} data-bad>{order.why}</p>}
      <Facts rows={[
        [t('baseline.time'), <span className="mono">{clock(row.time, zone, true)}</span>],
        ...(window ? [] : [
          [t('baseline.by'), order.by || '–'], [t('baseline.reason'), order.reason || '–'], [t('baseline.scope'), <span className="mono">{order.scope || t('form.whole')}</span>],
          [t('baseline.changed'), order.changed ?? 0], [t('baseline.stay'), order.stay ?? 0], [t('baseline.withdrawn'), order.withdrawn ?? 0],
        ] as const),
        [t('baseline.sensor'), row.sensor],
        [t('assets.organisation'), row.organisation],
      ]} />
      <p><Link className="button" to="/hunt" search={{ at: row.id, q: window ? 'type:maintenance' : 'type:order' }}>{t('baseline.inHunt')}</Link></p>
    </Panel>
  );
}
