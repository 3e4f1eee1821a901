// The octets of the packet an event carries: headers, payload, and the part a signature matched; and one by one those
// that came before it in its flow.
import { Fragment, type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useZone } from '../frame/preferences';
import { type CarriedPacket, type Eve, packetsOf } from '../logic/eve';
import { bytesOf, hexLines, payloadOf } from '../logic/hex';
import { clock } from '../logic/time';
import styles from './PacketBytes.module.css';

function Steps({ packets, at, go }: { packets: CarriedPacket[]; at: number; go: (at: number) => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { timestamp, direction, pcap_cnt } = packets[at]!;
  const last = packets.length - 1;
  const step = (by: number, label: string, sign: string) => {
    const none = at + by < 0 || at + by > last;
    // Not disabled at the end, which would lose the focus of who steps by key.
    return (
      <button type="button" className="button" aria-disabled={none} onClick={() => none || go(at + by)} aria-label={label} title={label}>{sign}</button>
    );
  };
  return (
    <div className={styles.steps} role="group" aria-label={t('detail.packets')}>
      {step(-1, t('detail.earlier'), '‹')}
      {step(1, t('detail.later'), '›')}
      <span aria-live="polite">
        {at === last ? t('detail.ofAlert') : t('detail.before', { count: last - at })}
        {direction && ` · ${t(`detail.${direction}`)}`}
      </span>
      <span className="mono">{timestamp && clock(timestamp, zone, true)}{pcap_cnt !== undefined && ` · #${pcap_cnt}`}</span>
    </div>
  );
}

export function PacketBytes({ eve, more }: { eve: Eve; more?: ReactNode }) {
  const { t } = useTranslation();
  const packets = packetsOf(eve);
  const last = packets.length - 1;
  const [at, go] = useState(last);
  const shown = packets[at] ?? eve;
  const match = at === last ? eve.match : undefined;
  const bytes = useMemo(() => bytesOf(shown.packet ?? ''), [shown.packet]);
  const lines = hexLines(bytes, payloadOf(bytes, shown.packet_info?.linktype), match);
  const whole = shown.packet_info?.length;
  return (
    <>
      <h3 className={styles.head}>
        {t('detail.packet')}{' '}
        <span className={styles.count}>
          {whole ? t('detail.packetPart', { count: bytes.length, whole }) : t('detail.packetBytes', { count: bytes.length })}
        </span>
        <span className={styles.legend}>
          <span data-part="header">{t('detail.headers')}</span>
          <span data-part="payload">{t('detail.payload')}</span>
          {match && <span data-part="match">{t('detail.matched')}</span>}
        </span>
        {more}
      </h3>
      {last > 0 && <Steps packets={packets} at={at} go={go} />}
      <div className={`mono ${styles.hex}`} tabIndex={0} role="region" aria-label={t('detail.packet')}>
        {lines.map((line) => (
          <div key={line.offset}>
            <span className={styles.offset}>{line.offset}</span>
            <span className={styles.bytes}>
              {line.runs.map((run, index) => (
                <Fragment key={index}>
                  {index > 0 && ' '}
                  <span data-part={run.part}>{run.hex}</span>
                </Fragment>
              ))}
            </span>
            <span className={styles.text} aria-hidden="true">
              {line.runs.map((run, index) => (
                <span key={index} data-part={run.part}>{run.text}</span>
              ))}
            </span>
          </div>
        ))}
      </div>
    </>
  );
}
