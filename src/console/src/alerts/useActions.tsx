// Acting on alerts: done at once, with a way back in the toast and on the key u.
import { notifications } from '@mantine/notifications';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { act, alertsIn, takeBack, type Targets } from '../api/alerts';
import { type Action, Refused } from '../api/client';
import { useExplain } from '../frame/Failure';
import type { AlertSearch } from '../logic/filters';
import styles from './useActions.module.css';

type Undo = () => Promise<void>;
export interface Actions {
  act: (action: Action, targets: Targets, wish?: { comment?: string; assignee?: string }) => Promise<boolean>;
  // Something else was done: says so, with a way back.
  did: (text: string, undo?: Undo) => void;
  refuse: (error: unknown) => void;
  undoLast: () => Promise<void>;
}

export function useActions(search: AlertSearch): Actions {
  const { t } = useTranslation();
  const explain = useExplain();
  const last = useRef<Undo | undefined>(undefined);
  const words = useRef({ t, explain, search });
  words.current = { t, explain, search };

  return useMemo(() => {
    const refuse = (error: unknown) => {
      const { text, next } = words.current.explain(error);
      notifications.clean(); // one at a time, the newest
      notifications.show({ title: words.current.t('done.failed'), message: `${text} ${next}`, autoClose: 12_000, closeButtonProps: { 'aria-label': words.current.t('detail.close') } });
    };
    const undo = async (way: Undo) => {
      if (last.current === way) last.current = undefined;
      notifications.clean();
      try {
        await way();
        notifications.show({ message: words.current.t('done.undone'), autoClose: 3000, withCloseButton: false });
      } catch (error) {
        refuse(error);
      }
    };
    const did = (text: string, way?: Undo) => {
      if (way) last.current = way;
      notifications.clean();
      notifications.show({
        withCloseButton: false,
        message: (
          <span className={styles.toast}>
            {text}
            {way && (
              <button type="button" className="button" onClick={() => void undo(way)}>
                {words.current.t('done.undo')} <kbd className="kbd">u</kbd>
              </button>
            )}
          </span>
        ),
      });
    };
    return {
      did,
      refuse,
      act: async (action, targets, wish = {}) => {
        try {
          const outcome = await act(action, targets, wish, words.current.search);
          if (outcome.failed && outcome.count === 0) {
            outcome.back();
            refuse(new Refused(409, outcome.failed.code, outcome.failed.detail));
            return false;
          }
          const way = async () => {
            await takeBack(outcome.undos);
            outcome.back();
          };
          const said = words.current.t(`done.${action}`);
          did(alertsIn(targets) > 1 ? words.current.t('done.many', { said, count: outcome.count }) : said, outcome.undos.length > 0 ? way : undefined);
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
