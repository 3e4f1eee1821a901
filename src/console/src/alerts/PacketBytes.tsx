// The octets of the packet an event carries: headers, payload, and the part a signature matched.
import { Fragment, type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Eve } from '../logic/eve';
import { bytesOf, hexLines, payloadOf } from '../logic/hex';
import styles from './PacketBytes.module.css';

export function PacketBytes({ eve, more }: { eve: Eve; more?: ReactNode }) {
  const { t } = useTranslation();
  const bytes = useMemo(() => bytesOf(eve.packet ?? ''), [eve.packet]);
  const lines = hexLines(bytes, payloadOf(bytes, eve.packet_info?.linktype), eve.match);
  return (
    <>
      <h3 className={styles.head}>
        {t('detail.packet')} <span className={styles.count}>{t('detail.packetBytes', { count: bytes.length })}</span>
        <span className={styles.legend}>
          <span data-part="header">{t('detail.headers')}</span>
          <span data-part="payload">{t('detail.payload')}</span>
          {eve.match && <span data-part="match">{t('detail.matched')}</span>}
        </span>
        {more}
      </h3>
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
