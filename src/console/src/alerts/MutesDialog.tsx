// The mutes there are: what each hides, until when, by whom; ended or taken back here.
import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { endMute, mutesQuery, takeMuteBack } from '../api/mutes';
import type { Mute } from '../api/client';
import { detectionsQuery } from '../api/session';
import { useZone } from '../frame/preferences';
import { language } from '../i18n';
import { clock } from '../logic/time';
import styles from './Dialogs.module.css';
import type { Actions } from './useActions';

function useRule(): (sid: number) => string {
  const { data } = useQuery(detectionsQuery);
  return (sid) => data?.get(`1:${sid}`)?.title[language()] || String(sid);
}

function Row({ mute, mayAct, actions, done }: { mute: Mute; mayAct: boolean; actions: Actions; done: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const rule = useRule();
  const change = async (work: () => Promise<void>) => {
    try {
      await work();
      done();
    } catch (error) {
      actions.refuse(error);
    }
  };
  const ends = [mute.address, mute.src, mute.dst].filter((each) => each !== null);
  return (
    <li data-active={mute.active || undefined}>
      <p>
        <strong>{mute.sid === null ? t('mute.scopes.asset') : rule(mute.sid)}</strong> <span className="mono">{ends.join(' → ')}</span>
      </p>
      <p className={styles.quiet}>
        {t(mute.active ? 'mute.untilTime' : 'mute.endedTime', { time: clock(mute.until, zone, true) })} · {mute.by} · {t('mute.hid', { count: mute.hidden ?? 0 })}
        {mute.reason && ` · ${mute.reason}`}
      </p>
      {mayAct && (
        <p className={styles.row}>
          {mute.active && <button type="button" className="button" onClick={() => void change(() => endMute(mute.id))}>{t('mute.end')}</button>}
          <button type="button" className="button plain" onClick={() => void change(() => takeMuteBack(mute.id))}>{t('mute.takeBack')}</button>
        </p>
      )}
    </li>
  );
}

export function MutesDialog({ opened, close, mayAct, actions, done }: { opened: boolean; close: () => void; mayAct: boolean; actions: Actions; done: () => void }) {
  const { t } = useTranslation();
  const { data, error } = useQuery({ ...mutesQuery, enabled: opened });
  return (
    <Modal opened={opened} onClose={close} title={t('mute.list')} size={640} lockScroll={false} transitionProps={{ duration: 0 }} closeButtonProps={{ 'aria-label': t('detail.close') }}>
      {error && <p role="alert">{t('mute.noPreview')}</p>}
      {data?.mutes.length === 0 && <p>{t('mute.none')}</p>}
      <ul className={styles.mutes}>
        {data?.mutes.map((mute) => <Row key={mute.id} mute={mute} mayAct={mayAct} actions={actions} done={done} />)}
      </ul>
      <p className={styles.quiet}>{t('mute.endHelp')}</p>
    </Modal>
  );
}
