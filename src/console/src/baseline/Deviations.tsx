// Deviations from what was learned: each pair and kind once, with what was usual and the command that calls it normal.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { verbLabel } from '../alerts/InboxList';
import { Severity } from '../alerts/Severity';
import type { AlertGroup } from '../api/client';
import { CopyText, formStyles as styles } from '../frame/Form';
import type { Column } from '../frame/Grid';
import { Facts, Panel } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { Value } from '../frame/Values';
import { language } from '../i18n';
import type { Eve, Severity as Level } from '../logic/eve';
import { sameState } from '../logic/groups';
import { approveCommand, deviationOf } from '../logic/habit';
import { clock } from '../logic/time';

export const said = (group: AlertGroup): string => {
  const deviation = deviationOf(group.newest.event as Eve);
  return (language() === 'zh' ? deviation?.explanation_zh : deviation?.explanation) ?? deviation?.explanation ?? (group.newest.event as Eve).alert?.signature ?? '';
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
    { ...head('severity'), least: 90, cell: (row) => <Severity level={Math.min(Math.max(row.severity, 1), 5) as Level} /> },
    { ...head('kind'), least: 180, share: 1, cell: (row) => title(row.newest.event as Eve), tip: (row) => title(row.newest.event as Eve) },
    { ...head('said'), least: 240, share: 3, cell: said, tip: said },
    { ...head('client'), least: 120, mono: true, spare: true, cell: (row) => row.src || '–' },
    { ...head('server'), least: 120, mono: true, spare: true, cell: (row) => row.dst || '–' },
    { ...head('count'), least: 72, spare: true, cell: (row) => row.count.toLocaleString() },
    { ...head('state'), least: 110, spare: true, cell: state },
  ];
}

export function DeviationPanel({ group, title, close }: { group: AlertGroup; title: string; close: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const eve = group.newest.event as Eve;
  const deviation = deviationOf(eve);
  const command = deviation && approveCommand(deviation, eve.alert?.signature_id);
  const facts = (['protocol', 'unit', 'verb', 'object'] as const).flatMap((name) => (deviation?.[name] === undefined || deviation[name] === '' ? [] : [[t(`baseline.${name}`), name === 'verb' ? verbLabel(String(deviation.verb)) : String(deviation[name])] as const]));
  return (
    <Panel label={t('baseline.detail')} head={<Severity level={Math.min(Math.max(group.severity, 1), 5) as Level} />} close={close}>
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
        [t('baseline.count'), group.count.toLocaleString()],
        [t('alerts.sensor'), group.newest.sensor],
      ]} />
      {command && (
        <section>
          <h3>{t('baseline.normal')}</h3>
          <p>{t('detail.approve')}</p>
          <CopyText text={command} label={t('baseline.normal')} />
        </section>
      )}
    </Panel>
  );
}
