// Evidence as events in full: the copies provided from below, or this center's own; who is asked sees here what would leave.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PacketBytes } from '../alerts/PacketBytes';
import { Severity } from '../alerts/Severity';
import { useTitle } from '../alerts/useTitle';
import type { Schemas } from '../api/client';
import { evidenceQuery } from '../api/notices';
import { Failure } from '../frame/Failure';
import { Reading } from '../frame/Panel';
import { useZone } from '../frame/preferences';
import { type Eve, place, severityOf } from '../logic/eve';
import { clock } from '../logic/time';
import styles from './notices.module.css';

type Full = Schemas['NoticeInFull'];
type Copy = Schemas['NoticeEvidence']['events'][number];

function OneCopy({ copy }: { copy: Copy }) {
  const { t } = useTranslation();
  const zone = useZone();
  const title = useTitle();
  const eve = copy.event as unknown as Eve;
  return (
    <details className={styles.copy}>
      <summary>
        <Severity level={severityOf(eve)} word={false} />
        <span>{title(eve)}</span>
        <span className="mono">{place(eve.src_ip, eve.src_port)} → {place(eve.dest_ip, eve.dest_port)}</span>
        <span className={`mono ${styles.quiet}`}>{clock(copy.time, zone)} · {copy.sensor} · {t('notices.copyBytes', { count: copy.bytes })}</span>
      </summary>
      {copy.id && <p><Link to="/alerts" search={{ at: copy.id, open: '1', since: 'all' }}>{t('notices.openAlert')}</Link></p>}
      {eve.packet ? <PacketBytes eve={eve} /> : <p className={styles.quiet}>{t('notices.noPacketHere')}</p>}
    </details>
  );
}

export function EvidenceCopies({ notice }: { notice: Full }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(evidenceQuery(notice));
  const asked = notice.actions.some((choice) => choice.word === 'provide');
  const says = data?.provided ? t('notices.provided', { organisation: notice.organisation }) : asked ? t('notices.wouldGo') : t('notices.ownCopies');
  const packets = data?.events.some(({ event }) => 'packet' in event);
  return (
    <section>
      <h3>{t('notices.evidence')}</h3>
      {error ? <Failure error={error} again={() => void refetch()} /> : !data && <Reading />}
      {data && (
        <>
          {data.events.length > 0 && <p>{says}</p>}
          {data.events.map((copy, index) => <OneCopy key={index} copy={copy} />)}
          {data.missing > 0 && <p className={styles.quiet}>{t('notices.copiesMissing', { count: data.missing })}</p>}
          {data.too_large > 0 && <p className={styles.quiet}>{t('notices.copiesTooLarge', { count: data.too_large })}</p>}
          {packets && <p><a href={`/api/v1/notices/${encodeURIComponent(notice.id)}/pcap`} download={`${notice.number || notice.id}.pcapng`}>{t('notices.pcap')}</a></p>}
          {!data.provided && notice.sids.length > 0 && (
            <p><Link to="/alerts" search={{ sid: notice.sids.join(','), ...(notice.hosts.length > 0 && { ip: notice.hosts.join(',') }), since: 'all' }}>{t('notices.alike')}</Link></p>
          )}
        </>
      )}
    </section>
  );
}
