// Acting on alerts: done at once, with a way back in the toast and on the key u.
import { notifications } from '@mantine/notifications';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { act, takeBack } from '../api/alerts';
import { type Action, type AlertRow, Refused } from '../api/client';
import { useExplain } from '../frame/Failure';
import styles from './useActions.module.css';

export interface Actions {
  act: (action: Action, row: AlertRow, comment?: string) => Promise<boolean>;
  undoLast: () => Promise<void>;
}

export function useActions(): Actions {
  const { t } = useTranslation();
  const explain = useExplain();
  const last = useRef<{ undo: string } | undefined>(undefined);
  const words = useRef({ t, explain });
  words.current = { t, explain };

  return useMemo(() => {
    const refuse = (error: unknown) => {
      const { text, next } = words.current.explain(error);
      notifications.clean(); // one at a time, the newest
      notifications.show({ title: words.current.t('done.failed'), message: `${text} ${next}`, autoClose: 12_000, closeButtonProps: { 'aria-label': words.current.t('detail.close') } });
    };
    const undo = async (what: { undo: string }) => {
      if (last.current?.undo === what.undo) last.current = undefined;
      notifications.clean();
      try {
        await takeBack(what.undo);
        notifications.show({ message: words.current.t('done.undone'), autoClose: 3000, withCloseButton: false });
      } catch (error) {
        refuse(error);
      }
    };
    return {
      act: async (action, row, comment) => {
        try {
          const outcome = await act(action, row, comment);
          if (outcome.failed) {
            refuse(new Refused(409, outcome.failed.code, outcome.failed.detail));
            return false;
          }
          const way = outcome.undo === null || action === 'comment' ? undefined : { undo: outcome.undo };
          if (way) last.current = way;
          notifications.clean();
          notifications.show({
            withCloseButton: false,
            message: (
              <span className={styles.toast}>
                {words.current.t(`done.${action}`)}
                {way && (
                  <button type="button" className="button" onClick={() => void undo(way)}>
                    {words.current.t('done.undo')} <kbd className="kbd">u</kbd>
                  </button>
                )}
              </span>
            ),
          });
          return true;
        } catch (error) {
          refuse(error);
          return false;
        }
      },
      undoLast: async () => {
        if (last.current) await undo(last.current);
      },
    };
  }, []);
}
