// Deviations from what was learned: each pair and kind once, with what was usual and the command that calls it normal.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Approve, deviationText } from '../alerts/Deviation';
import { Severity } from '../alerts/Severity';
import type { AlertGroup } from '../api/client';
import { formStyles as styles } from '../frame/Form';
import type { Column } from '../frame/Grid';
import { Facts, Panel } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { Value } from '../frame/Values';
import { type Eve, levelOf } from '../logic/eve';
import { sameState } from '../logic/groups';
import { deviationOf } from '../logic/habit';
import { clock } from '../logic/time';
import { protocolLabel, verbLabel } from '../names';
import { numberText } from '../numbers';

export const said = (group: AlertGroup): string => {
  const eve = group.newest.event as Eve;
  return deviationText(eve) ?? eve.alert?.signature ?? '';
};

export function useDeviationColumns(title: (eve: Eve) => string): Column<AlertGroup>[] {
  const { t } = useTranslation();
  const zone = useZone();
  const head = (name: 'last' | 'severity' | 'kind' | 'said' | 'client' | 'server' | 'count' | 'state') => ({ name, head: t(`baseline.${name}`) });
  const state = (row: AlertGroup) => {
    const same = sameState(row);
    return same ? t(`state.${same}`) : t('alerts.newOf', { count: row.states.new, total: row.count });
  };
  return [
    { ...head('last'), least: 148, mono: true, cell: (row) => clock(row.last, zone), tip: (row) => row.last },
    { ...head('severity'), least: 90, cell: (row) => <Severity level={levelOf(row.severity)} /> },
    { ...head('kind'), least: 180, share: 1, cell: (row) => title(row.newest.event as Eve), tip: (row) => title(row.newest.event as Eve) },
    { ...head('said'), least: 240, share: 3, cell: said, tip: said },
    { ...head('client'), least: 120, mono: true, spare: true, cell: (row) => row.src || '–' },
    { ...head('server'), least: 120, mono: true, spare: true, cell: (row) => row.dst || '–' },
    { ...head('count'), least: 72, spare: true, cell: (row) => numberText(row.count) },
    { ...head('state'), least: 110, spare: true, cell: state },
  ];
}

const told = { protocol: protocolLabel, unit: String, verb: verbLabel, object: String };

export function DeviationPanel({ group, title, close }: { group: AlertGroup; title: string; close: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const eve = group.newest.event as Eve;
  const deviation = deviationOf(eve);
  const facts = Object.entries(told).flatMap(([name, label]) => {
    const value = deviation?.[name as keyof typeof told];
    return value === undefined || value === '' ? [] : [[t(`baseline.${name as keyof typeof told}`), label(String(value))] as const];
  });
  return (
    <Panel label={t('baseline.detail')} head={<Severity level={levelOf(group.severity)} />} close={close}>
      <h2>{title}</h2>
      <p>{said(group)}</p>
      <div className={styles.buttons}>
        <Link className="button" to="/alerts" search={{ at: group.newest.id, open: '1', since: 'all' }}>{t('baseline.alert')}</Link>
        <Link className="button" to="/alerts" search={{ as: 'single', sid: String(group.sid ?? ''), src_ip: group.src || undefined, dst_ip: group.dst || undefined, since: 'all' }}>{t('baseline.all')}</Link>
      </div>
      <Facts rows={[
        ...(group.src ? [[t('baseline.client'), <Value field="src" value={group.src} />] as const] : []),
        ...(group.dst ? [[t('baseline.server'), <Value field="dst" value={group.dst} />] as const] : []),
        ...facts,
        [t('baseline.first'), <span className="mono">{clock(group.first, zone, true)}</span>],
        [t('baseline.last'), <span className="mono">{clock(group.last, zone, true)}</span>],
        [t('baseline.count'), numberText(group.count)],
        [t('alerts.sensor'), group.newest.sensor],
      ]} />
      <Approve eve={eve} />
    </Panel>
  );
}
