// One asset in full: who it is and by what evidence, what of it needs a look, whom it talks to, and what is set by hand.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Severity } from '../alerts/Severity';
import { useTitle } from '../alerts/useTitle';
import { type Asset, assetAlertsQuery, type AssetInFull, assetQuery, peersQuery } from '../api/assets';
import { sessionQuery } from '../api/session';
import { Failure } from '../frame/Failure';
import { CloseIcon } from '../frame/icons';
import { useZone } from '../frame/preferences';
import { Value } from '../frame/Values';
import { language } from '../i18n';
import { type Eve, severityOf } from '../logic/eve';
import { termOf } from '../logic/query';
import { mainRole } from '../logic/roles';
import { clock } from '../logic/time';
import styles from './AssetDetail.module.css';
import { addressOf, modelOf } from './AssetTable';
import { HandForm } from './HandForm';
import { Marks } from './Marks';

type Open = (id: string) => void;
type Fact_ = AssetInFull['facts'][number];

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Other({ asset, open }: { asset: Asset; open: Open }) {
  return (
    <button type="button" className={styles.other} onClick={() => open(asset.id)}>
      <b>{asset.name || addressOf(asset)}</b> <span>{asset.role[language()]}</span> <span>{modelOf(asset)}</span>
    </button>
  );
}

function Who({ full, open }: { full: AssetInFull; open: Open }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { asset } = full;
  return (
    <dl className={styles.facts}>
      <Row name={t('assets.role')}>{asset.role[language()]}{asset.attack && <span className="mono"> {asset.attack}</span>}</Row>
      <Row name={t('assets.level')}>{asset.level === null ? t('assets.levels.none') : <><b className="mono">L{asset.level}</b> {t(`assets.levels.${asset.level as 0}`)}</>}</Row>
      {full.parent && <Row name={t('assets.behind')}><Other asset={full.parent} open={open} /></Row>}
      {asset.ips.length > 0 && <Row name={t('assets.addresses')}>{asset.ips.map((ip) => <span key={ip} className="mono"><Value field="ip" value={ip} /> </span>)}</Row>}
      {asset.macs.length > 0 && <Row name={t('assets.macs')}>{asset.macs.map((mac) => <span key={mac} className="mono"><Value field="mac" value={mac} /> </span>)}</Row>}
      <Row name={t('assets.firstSeen')}><span className="mono">{clock(asset.first_seen, zone, true)}</span></Row>
      <Row name={t('assets.lastSeen')}><span className="mono">{clock(asset.last_seen, zone, true)}</span></Row>
      <Row name={t('assets.organisation')}>{asset.organisation}</Row>
      <Row name={t('assets.sensors')}>{asset.sensors.join(', ')}</Row>
      {asset.owner && <Row name={t('assets.owner')}>{asset.owner}</Row>}
      {full.hand.note && <Row name={t('assets.note')}>{full.hand.note}</Row>}
    </dl>
  );
}

function useEvidence(): (fact: Fact_) => string {
  const { t } = useTranslation();
  return ({ source, packet, sensor }) => {
    const said = { source: source === 'mac' ? t('assets.maker') : source, packet, sensor };
    return packet ? t('assets.evidence', said) : t('assets.evidenceBare', said);
  };
}

function Facts({ full }: { full: AssetInFull }) {
  const { t } = useTranslation();
  const zone = useZone();
  const evidence = useEvidence();
  return (
    <section>
      <h3>{t('assets.facts')}</h3>
      {full.facts.length + full.summed_up.length === 0 && <p className={styles.quiet}>{t('assets.noFacts')}</p>}
      <ul className={styles.evidence}>
        {full.facts.map((fact) => (
          <li key={`${fact.trait.word} ${fact.source} ${fact.value}`} data-best={fact.best} data-replaced={fact.replaced}>
            <span>{fact.trait[language()]}</span>
            <span><b>{fact.value}</b>{fact.best && <small>{t('assets.shownFact')}</small>}{fact.replaced && <small>{t('assets.replaced', { time: clock(fact.last, zone) })}</small>}</span>
            <span className={styles.quiet}>{evidence(fact)} · <span className="mono" title={fact.first}>{clock(fact.first, zone)}</span> · {t('assets.confidence', { n: fact.confidence })}</span>
          </li>
        ))}
        {full.summed_up.map((fact) => (
          <li key={fact.trait.word}>
            <span>{fact.trait[language()]}</span>
            <span><b>{fact.value}</b></span>
            <span className={styles.quiet}>{t('assets.summedUp')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Worries({ full }: { full: AssetInFull }) {
  const { t } = useTranslation();
  return (
    <>
      {full.conflicts.length > 0 && (
        <section>
          <h3>{t('assets.conflicts')}</h3>
          <ul>
            {full.conflicts.map((each, index) => (
              <li key={index}>{t('assets.conflict', { trait: each.trait[language()], one: each.one, oneSource: each.one_source, other: each.other, otherSource: each.other_source })}</li>
            ))}
          </ul>
        </section>
      )}
      {full.vulnerabilities.length > 0 && (
        <section>
          <h3>{t('assets.vulnerabilities')}</h3>
          <ul className={styles.plain}>
            {full.vulnerabilities.map(({ entry }) => {
              const row = entry as unknown as { id: string; cve?: string[]; cnvd?: string[]; cnnvd?: string[]; known_exploited?: boolean; confidence?: number; title?: Record<string, string>; advice?: Record<string, string> };
              const said = (text?: Record<string, string>) => text?.[language()] ?? text?.en ?? text?.zh ?? '';
              return (
                <li key={row.id}>
                  <b className="mono">{[row.cve, row.cnvd, row.cnnvd].flatMap((each) => each ?? []).join(', ') || row.id}</b> {row.known_exploited && <strong>{t('assets.knownExploited')}</strong>} {said(row.title)}
                  {row.confidence !== undefined && <small>{t('assets.confidence', { n: row.confidence })}</small>}
                  <p className={styles.quiet}>{said(row.advice)}</p>
                </li>
              );
            })}
          </ul>
        </section>
      )}
    </>
  );
}

function Peers({ full, open }: { full: AssetInFull; open: Open }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(peersQuery(full.asset.id));
  return (
    <section>
      <h3>{t('assets.peers')}</h3>
      {error && <Failure error={error} />}
      {data?.peers.length === 0 && <p className={styles.quiet}>{t((full.parent ?? full.asset).ips.length ? 'assets.noPeers' : 'assets.noPeersMac')}</p>}
      <ul className={styles.peers}>
        {data?.peers.map((peer) => (
          <li key={peer.address}>
            <span className="mono"><Value field="ip" value={peer.address} /></span>
            <span>{peer.asset ? <Other asset={peer.asset} open={open} /> : <span className={styles.quiet}>{t('assets.unknownPeer')}</span>}</span>
            <span>{peer.protocols.join(', ')}</span>
            <span className={styles.quiet}>{t('assets.peerEvents', { count: peer.sent + peer.received })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Alerts({ full }: { full: AssetInFull }) {
  const { t } = useTranslation();
  const zone = useZone();
  const title = useTitle();
  const { data } = useQuery(assetAlertsQuery(full.asset.id));
  const ips = (full.parent ?? full.asset).ips;
  return (
    <section>
      <h3>{t('assets.alerts')}</h3>
      {data?.alerts.length === 0 && <p className={styles.quiet}>{t('assets.noAlerts')}</p>}
      <ul className={styles.alerts}>
        {data?.alerts.map((row) => (
          <li key={row.id}>
            <span className="mono">{clock(row.time, zone)}</span>
            <Severity level={severityOf(row.event as Eve)} />
            <Link to="/alerts" search={{ at: row.id, open: '1', since: 'all' }}>{title(row.event as Eve)}</Link>
          </li>
        ))}
      </ul>
      {ips.length > 0 && (
        <p className={styles.links}>
          {data && data.alerts.length > 0 && <Link to="/alerts" search={{ ip: ips.join(','), since: 'all' }}>{t('assets.allAlerts')}</Link>}
          <Link to="/hunt" search={{ q: ips.length > 1 ? `ip:(${ips.join(' or ')})` : termOf('ip', ips[0]!) }}>{t('assets.events')}</Link>
        </p>
      )}
    </section>
  );
}

function Changes({ full }: { full: AssetInFull }) {
  const { t } = useTranslation();
  const zone = useZone();
  if (full.changes.length === 0) return null;
  return (
    <section>
      <h3>{t('assets.changes')}</h3>
      <ol className={styles.changes}>
        {full.changes.map((each, index) => (
          <li key={index}>
            <span className="mono">{clock(each.time, zone)}</span>
            <span>{t(`assets.change.${each.change as 'role'}`, { value: each.value, was: each.was, other: each.other, defaultValue: each.change })}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

export function AssetDetail({ id, open, close }: { id: string; open: Open; close: () => void }) {
  const { t } = useTranslation();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const { data: full, error, refetch } = useQuery(assetQuery(id));
  return (
    <aside className={styles.panel} aria-label={t('assets.detail')}>
      <header>
        <h2>{full ? full.asset.name || addressOf(full.asset) : ''} {full && full.asset.name && <span className="mono">{addressOf(full.asset)}</span>}</h2>
        {full && <Marks asset={full.asset} />}
        <button type="button" className="button plain" onClick={close} aria-label={t('detail.close')} title={`${t('detail.close')} (Esc)`}><CloseIcon /></button>
      </header>
      {error && !full && <Failure error={error} again={() => void refetch()} />}
      {full && (
        <div className={styles.body} tabIndex={0} role="region" aria-label={t('assets.detail')}>
          <p className={styles.model}>{modelOf(full.asset)}</p>
          <Who full={full} open={open} />
          <Worries full={full} />
          <Facts full={full} />
          {full.children.length > 0 && (
            <section>
              <h3>{t('assets.children')}</h3>
              <ul className={styles.plain}>{full.children.map((child) => <li key={child.id}><Other asset={child} open={open} /></li>)}</ul>
            </section>
          )}
          <Peers full={full} open={open} />
          <Alerts full={full} />
          <HandForm full={full} role={mainRole(session.roles)} />
          <Changes full={full} />
        </div>
      )}
    </aside>
  );
}
