// An alert in detail: what happened, why it matters, what to do; then what was on the wire.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode, type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { alertQuery, historyQuery, type Targets } from '../api/alerts';
import { type AlertRow, type Mute, Refused } from '../api/client';
import { takeMuteBack } from '../api/mutes';
import { Failure } from '../frame/Failure';
import { CloseIcon } from '../frame/icons';
import { Place } from '../frame/Place';
import { useZone } from '../frame/preferences';
import { Value } from '../frame/Values';
import { fields } from '../generated/fields';
import { language } from '../i18n';
import { decodedParts, type FieldRow } from '../logic/decoded';
import { type Eve, type Operation, packetsOf, place, severityOf } from '../logic/eve';
import type { ShownRole } from '../logic/roles';
import { valueText } from '../logic/sentence';
import { techniques } from '../logic/techniques';
import { clock } from '../logic/time';
import { protocolLabel, verbLabel } from '../names';
import { ShowRule } from '../rules/ShowRule';
import styles from './AlertDetail.module.css';
import type { CommandName } from './commands';
import { Approve, Usual } from './Deviation';
import { Host, Sentence } from './Hosts';
import { PacketBytes } from './PacketBytes';
import { Related } from './Related';
import { Severity } from './Severity';
import type { Actions } from './useActions';
import { alertOf, type Item } from './useInbox';
import { useDetections, useTitle } from './useTitle';

// With a field, a value to go on from.
function Fact({ name, children, field, value, more }: { name: string; children: ReactNode; field?: string; value?: string; more?: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{field && value ? <Value field={field} value={value}>{children}</Value> : children}{more}</dd>
    </div>
  );
}

function label(protocol: string | undefined, name: string): { text: string; help: string; unit: string } {
  const row = (fields as Record<string, { en: string; zh: string; help: string; unit: string }>)[`${protocol}.${name}`];
  return { text: row?.[language()] ?? name, help: row ? `${protocol}.${name}: ${row.help}` : '', unit: row?.unit ?? '' };
}

function Rows({ protocol, rows }: { protocol: string | undefined; rows: FieldRow[] }) {
  return (
    <dl className={styles.fields}>
      {rows.map((row) => {
        const { text, help, unit } = label(protocol, row.name);
        return (
          <div key={row.name} title={help}>
            <dt>{text}</dt>
            <dd className="mono">{unit ? `${row.value}\u2009${unit}` : row.value}</dd>
          </div>
        );
      })}
    </dl>
  );
}

function Decoded({ eve }: { eve: Eve }) {
  const { t } = useTranslation();
  const parts = decodedParts(eve);
  if (parts.length === 0) return null;
  return (
    <section>
      <h3>{t('detail.decoded')}</h3>
      {parts.map((part) => (
        <Fragment key={part.part}>
          {part.part !== 'alone' && <h4>{t(`detail.${part.part}`)}</h4>}
          <Rows protocol={eve.app_proto} rows={part.rows} />
          {part.items.map((item, index) => (
            <Fragment key={index}>
              <h4>{t('detail.items')} {index + 1} / {part.itemsTotal}</h4>
              <Rows protocol={eve.app_proto} rows={item} />
            </Fragment>
          ))}
        </Fragment>
      ))}
    </section>
  );
}

function Packet({ id, eve, via }: { id: string; eve: Eve; via: string | undefined }) {
  const { t } = useTranslation();
  if (!eve.packet) {
    return (
      <section>
        <h3>{t('detail.packet')}</h3>
        <p className={styles.quiet}>{via ? t('detail.packetBelow', { via }) : t('detail.noPacket')}</p>
      </section>
    );
  }
  const before = packetsOf(eve).length - 1;
  return (
    <section>
      <PacketBytes eve={eve} more={<a href={`/api/v1/alerts/${encodeURIComponent(id)}/pcap`} download={`${id}.pcapng`}>{before > 0 ? t('detail.pcapBefore', { count: before }) : t('detail.pcap')}</a>} />
    </section>
  );
}

const operationOf = ({ object = '', value }: Operation) => (value !== undefined && object ? `${object} = ${valueText(value)}` : object);

function Facts({ eve, row }: { eve: Eve; row: AlertRow }) {
  const { t } = useTranslation();
  const operation = eve.ot;
  const alert = eve.alert ?? {};
  return (
    <section>
      <h3>{t('detail.facts')}</h3>
      <dl className={styles.facts}>
        <Fact name={t('detail.source')} field="src" value={eve.src_ip} more={<Host address={eve.src_ip ?? eve.ether?.src_mac} organisation={row.organisation} time={row.time} />}>
          <span className="mono">{place(eve.src_ip ?? eve.ether?.src_mac, eve.src_port)}</span>
        </Fact>
        <Fact name={t('detail.destination')} field="dst" value={eve.dest_ip} more={<Host address={eve.dest_ip ?? eve.ether?.dest_mac} organisation={row.organisation} time={row.time} />}>
          <span className="mono">{place(eve.dest_ip ?? eve.ether?.dest_mac, eve.dest_port)}</span>
        </Fact>
        {eve.app_proto && (
          <Fact name={t('detail.protocol')} field="protocol" value={eve.app_proto}>
            {protocolLabel(eve.app_proto)}
            {operation?.function_name && <span className="mono"> {operation.function_name}</span>}
          </Fact>
        )}
        {operation?.verb && (
          <Fact name={t('alerts.operation')} field="verb" value={operation.verb}>
            {verbLabel(operation.verb)} <span className="mono">{operationOf(operation)}</span>
            {operation.unit !== undefined && t('sentence.unit', { unit: operation.unit })}
          </Fact>
        )}
        {alert.metadata?.technique?.map((id) => (
          <Fact key={id} name={t('detail.technique')} field="tech" value={id}>
            <span className="mono">{id}</span> {techniques[id]?.[language()]}
          </Fact>
        ))}
        <Fact name={t('detail.rule')} field="sid" value={String(alert.signature_id)}>
          <span className="mono">{`${alert.gid ?? 1}:${alert.signature_id}:${alert.rev ?? 0}`}</span>
        </Fact>
      </dl>
    </section>
  );
}

function Origin({ row, eve }: { row: AlertRow; eve: Eve }) {
  const { t } = useTranslation();
  const zone = useZone();
  return (
    <section>
      <h3>{t('detail.origin')}</h3>
      <dl className={styles.facts}>
        <Fact name={t('detail.sensor')} field="sensor" value={row.sensor}>{row.sensor}</Fact>
        <Fact name={t('detail.organisation')} field="organisation" value={row.organisation}><Place path={row.organisation} /></Fact>
        <Fact name={t('detail.received')}><span className="mono">{clock(row.received, zone, true)}</span></Fact>
        {eve.community_id && (
          <Fact name={t('detail.community')} field="community_id" value={eve.community_id}>
            <span className="mono">{eve.community_id}</span>
          </Fact>
        )}
        {eve.pcap_cnt !== undefined && <Fact name={t('detail.packetNumber')}><span className="mono">{eve.pcap_cnt}</span></Fact>}
        <Fact name={t('detail.id')}><span className="mono">{row.id}</span></Fact>
      </dl>
    </section>
  );
}

function History({ id }: { id: string }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { data } = useQuery(historyQuery(id));
  if (!data) return null;
  return (
    <section>
      <h3>{t('detail.history')}</h3>
      {data.history.length === 0 && <p className={styles.quiet}>{t('detail.noHistory')}</p>}
      <ol className={styles.history}>
        {data.history.map((record) => (
          <li key={record.version}>
            <span className="mono">{record.changed && clock(record.changed, zone)}</span>
            <span>
              {record.undo
                ? t('detail.tookBack', { by: record.by })
                : record.assignee !== record.previous_assignee
                  ? t(record.assignee ? 'detail.assigned' : 'detail.unassigned', { by: record.by, to: record.assignee })
                  : record.state === record.previous
                    ? t('detail.commented', { by: record.by })
                    : t('detail.changed', { by: record.by, from: t(`state.${record.previous}`), to: t(`state.${record.state}`) })}
            </span>
            {record.comment && <blockquote>{record.comment}</blockquote>}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface Props {
  id: string;
  item: Item | undefined; // as the list has it: shown until the center has answered
  mayAct: boolean;
  role: ShownRole;
  close: () => void;
  actions: Actions;
  run: (name: CommandName, targets: Targets) => void;
  show: (id: string) => void; // another alert
  muted: () => void; // what is muted has changed
  comment: Ref<HTMLTextAreaElement>;
}

function Buttons({ row, item, mayAct, role, actions, run, comment }: Pick<Props, 'item' | 'mayAct' | 'role' | 'actions' | 'run' | 'comment'> & { row: AlertRow }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  if (!mayAct) return <p className={styles.quiet}>{t('detail.viewer', { role: t(`roles.${role}`) })}</p>;
  // Of a group the panel shows the newest alert and acts on all.
  const group = item?.kind === 'group' ? item.group : undefined;
  const targets: Targets = group ? { rows: [], groups: [group] } : { rows: [{ row, of: item?.kind === 'alert' ? item.of : undefined }], groups: [] };
  const save = async () => {
    if (text.trim() === '') return;
    if (await actions.act('comment', targets, { comment: text.trim() })) setText('');
  };
  const command = (name: CommandName, label: string, key?: string, primary = false) => (
    <button key={name} type="button" className={primary ? 'button primary' : 'button'} onClick={() => run(name, targets)}>
      {label} {key && <kbd className="kbd">{key}</kbd>}
    </button>
  );
  return (
    <>
      {group && group.count > 1 && <p className={styles.quiet}>{t('detail.wholeGroup', { count: group.count })}</p>}
      <div className={styles.buttons}>
        {row.state === 'acknowledged' ? command('unack', t('detail.unack'), 'e') : command('ack', t('detail.ack'), 'e', true)}
        {row.state === 'closed' || row.state === 'false-positive' ? command('unack', t('detail.reopen'), 'r') : command('close', t('detail.closeAlert'), 'd')}
        {(['false-positive', 'mute', 'assign'] as const).map((name) => command(name, t(`act.${name}`), { 'false-positive': 'f', mute: 'm', assign: 'i' }[name]))}
        <Link to="/notices" search={{ edit: '1', evidence: row.id }} className="button">{t('notices.fromAlert')}</Link>
      </div>
      <div className={styles.comment}>
        <textarea ref={comment} rows={1} value={text} maxLength={4000} aria-label={t('detail.commentLabel')} placeholder={t('detail.commentHint')}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
          }} />
        {text.trim() !== '' && (
          <button type="button" className="button primary" onClick={() => void save()}>{t('detail.save')}</button>
        )}
      </div>
    </>
  );
}

function Muted({ mute, mayAct, actions, muted }: { mute: Mute; mayAct: boolean; actions: Actions; muted: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const back = async () => {
    try {
      await takeMuteBack(mute.id);
      muted();
    } catch (error) {
      actions.refuse(error);
    }
  };
  return (
    <p className={styles.muted}>
      {t(mute.active ? 'mute.hides' : 'mute.hidIt', { by: mute.by, time: clock(mute.until, zone, true), scope: mute.scope[language()] })}
      {mute.reason && ` ${mute.reason}`}
      {mayAct && <button type="button" className="button" onClick={() => void back()}>{t('mute.takeBack')}</button>}
    </p>
  );
}

export function AlertDetail(props: Props) {
  const { t } = useTranslation();
  const zone = useZone();
  const { data, error, refetch } = useQuery(alertQuery(props.id));
  const detection = useDetections();
  const title = useTitle();
  const row = data?.alert ?? (error ? undefined : alertOf(props.item));
  const eve = row?.event as Eve | undefined;
  const gone = error instanceof Refused && error.status === 404;
  const said = eve && detection(eve);
  return (
    <aside className={styles.panel} aria-label={t('detail.label')}>
      <header className={styles.head}>
        {row && eve && <Severity level={severityOf(eve)} />}
        {row && <span className={styles.state} data-state={row.state}>{t(`state.${row.state ?? 'new'}`)}</span>}
        {row && <span className={`mono ${styles.time}`}>{clock(row.time, zone, true)}</span>}
        <button type="button" className="button plain" onClick={props.close} aria-label={t('detail.close')} title={`${t('detail.close')} (Esc)`}>
          <CloseIcon />
        </button>
      </header>
      <div className={styles.body} tabIndex={0} role="region" aria-label={t('detail.label')} key={props.id}>
        {gone && <p className={styles.quiet}>{t('detail.gone')}</p>}
        {error && !gone && <Failure error={error} again={() => void refetch()} />}
        {row && eve && (
          <>
            <h2>{title(eve)}</h2>
            <Sentence row={row} eve={eve} />
            {data?.mute && <Muted mute={data.mute} mayAct={props.mayAct} actions={props.actions} muted={props.muted} />}
            {data?.record.assignee && <p className={styles.quiet}>{t('detail.assignee', { name: data.record.assignee })}</p>}
            <Usual eve={eve} />
            <section>
              <h3>{t('detail.why')}</h3>
              <p>{said?.meaning[language()] || <span className={styles.quiet}>{t('detail.noWhy')}</span>}</p>
            </section>
            {said?.advice[language()] && (
              <section className={styles.advice}>
                <h3>{t('detail.what')}</h3>
                <p>{said.advice[language()]}</p>
              </section>
            )}
            <Facts eve={eve} row={row} />
            {eve.alert?.signature_id !== undefined && <ShowRule sid={eve.alert.signature_id} gid={eve.alert.gid} builtIn={!!said?.name} />}
            <Approve eve={eve} />
            <Packet id={props.id} eve={eve} via={row.via} />
            <Decoded eve={eve} />
            <Related id={props.id} show={props.show} />
            <History id={props.id} />
            <Origin row={row} eve={eve} />
          </>
        )}
      </div>
      {row && eve && (
        <footer className={styles.foot} key={`foot ${props.id}`}>
          <Buttons row={row} item={props.item} mayAct={props.mayAct} role={props.role} actions={props.actions} run={props.run} comment={props.comment} />
        </footer>
      )}
    </aside>
  );
}
