// Muting: what is hidden and for how long, with what that would have hidden in the last week.
import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { makeMute, type MuteScope, previewQuery, takeMuteBack } from '../api/mutes';
import type { AlertRow } from '../api/client';
import type { Eve } from '../logic/eve';
import styles from './Dialogs.module.css';
import type { Actions } from './useActions';
import { useTitle } from './useTitle';

export const mute_lengths = ['1h', '8h', '1d', '7d', '30d'] as const;

// What of an alert can be muted, narrowest first.
function scopesOf(row: AlertRow): { key: string; wish: MuteScope; what: string[] }[] {
  const eve = row.event as Eve;
  const { organisation } = row;
  const sid = eve.alert?.signature_id, src = eve.src_ip, dst = eve.dest_ip;
  return [
    ...(sid !== undefined && src && dst ? [{ key: 'pair', wish: { scope: 'pair' as const, organisation, sid, src, dst }, what: [src, dst] }] : []),
    ...(sid !== undefined && src ? [{ key: 'source', wish: { scope: 'source' as const, organisation, sid, src }, what: [src] }] : []),
    ...(sid !== undefined ? [{ key: 'rule', wish: { scope: 'rule' as const, organisation, sid }, what: [] }] : []),
    ...[...new Set([src, dst])].flatMap((address) => (address ? [{ key: `asset ${address}`, wish: { scope: 'asset' as const, organisation, address }, what: [address] }] : [])),
  ];
}

function Form({ row, actions, close, done }: { row: AlertRow; actions: Actions; close: () => void; done: () => void }) {
  const { t } = useTranslation();
  const title = useTitle();
  const name = useId();
  const scopes = scopesOf(row);
  const [scope, setScope] = useState(scopes[0]);
  const [until, setUntil] = useState<string>('8h');
  const [reason, setReason] = useState('');
  const [existing, setExisting] = useState(true);
  const preview = useQuery({ ...previewQuery(scope?.wish ?? { scope: 'rule' }), enabled: scope !== undefined });
  if (!scope) return <p>{t('mute.nothing')}</p>;
  const save = async () => {
    close();
    try {
      const mute = await makeMute({ ...scope.wish, until, existing, ...(reason.trim() && { reason: reason.trim() }) });
      done();
      actions.did(t('mute.done'), async () => {
        await takeMuteBack(mute.id);
        done();
      });
    } catch (error) {
      actions.refuse(error);
    }
  };
  return (
    <form className={styles.form} onSubmit={(event) => (event.preventDefault(), void save())}>
      <p className={styles.what}>{title(row.event as Eve)}</p>
      <fieldset>
        <legend>{t('mute.scope')}</legend>
        {scopes.map((each, index) => (
          <label key={each.key}>
            <input type="radio" name={`${name}-scope`} checked={scope.key === each.key} onChange={() => setScope(each)} data-autofocus={index === 0 || undefined} />
            <span>{t(`mute.scopes.${each.wish.scope}`)}</span>
            <span className="mono">{each.what.join(' → ')}</span>
          </label>
        ))}
      </fieldset>
      <fieldset className={styles.inline}>
        <legend>{t('mute.until')}</legend>
        {mute_lengths.map((each) => (
          <label key={each}>
            <input type="radio" name={`${name}-until`} checked={until === each} onChange={() => setUntil(each)} />
            <span>{t(`mute.lengths.${each}`)}</span>
          </label>
        ))}
      </fieldset>
      <label className={styles.line}>
        <input type="checkbox" checked={existing} onChange={(event) => setExisting(event.target.checked)} />
        <span>{t('mute.existing')}</span>
      </label>
      <label className={styles.block}>
        <span>{t('mute.reason')}</span>
        <input type="text" value={reason} maxLength={300} onChange={(event) => setReason(event.target.value)} placeholder={t('mute.reasonHint')} />
      </label>
      <p className={styles.preview} role="status">
        {preview.data ? t('mute.preview', { count: preview.data.hidden, waiting: preview.data.waiting }) : preview.error ? t('mute.noPreview') : t('mute.counting')}
      </p>
      <p className={styles.quiet}>{t('mute.kept')}</p>
      <div className={styles.buttons}>
        <button type="button" className="button" onClick={close}>{t('dialog.cancel')}</button>
        <button type="submit" className="button primary">{t('mute.go')}</button>
      </div>
    </form>
  );
}

export function MuteDialog({ row, actions, close, done }: { row: AlertRow | undefined; actions: Actions; close: () => void; done: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={row !== undefined} onClose={close} title={t('mute.title')} size={520} lockScroll={false} transitionProps={{ duration: 0 }} closeButtonProps={{ 'aria-label': t('detail.close') }}>
      {row && <Form row={row} actions={actions} close={close} done={done} />}
    </Modal>
  );
}
