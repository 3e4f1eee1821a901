// One question before an action: the reason of a false positive, a comment, or an account.
import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { alertsIn, assigneesQuery, type Targets } from '../api/alerts';
import styles from './Dialogs.module.css';
import type { Actions } from './useActions';

export interface Question {
  action: 'false-positive' | 'comment' | 'assign';
  targets: Targets;
}

function Reason({ question, actions, close }: { question: Question; actions: Actions; close: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const save = async () => {
    if (text.trim() === '') return;
    close();
    await actions.act(question.action, question.targets, { comment: text.trim() });
  };
  const words = question.action === 'comment' ? 'comment' : 'false-positive';
  return (
    <form className={styles.form} onSubmit={(event) => (event.preventDefault(), void save())}>
      <label className={styles.block}>
        <span>{t(`dialog.${words}`)}</span>
        <textarea rows={3} value={text} maxLength={4000} data-autofocus placeholder={t(`dialog.${words}Hint`)} onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => void (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && void save())} />
      </label>
      <div className={styles.buttons}>
        <button type="button" className="button" onClick={close}>{t('dialog.cancel')}</button>
        <button type="submit" className="button primary" disabled={text.trim() === ''}>{t(`act.${question.action}`)}</button>
      </div>
    </form>
  );
}

function Assignee({ question, actions, close }: { question: Question; actions: Actions; close: () => void }) {
  const { t } = useTranslation();
  const { data } = useQuery(assigneesQuery);
  const take = (assignee: string) => {
    close();
    void actions.act('assign', question.targets, { assignee });
  };
  if (!data) return <p role="status">{t('dialog.reading')}</p>;
  return (
    <div className={styles.form}>
      {data.names.length === 0 && <p>{t('dialog.nobodyThere')}</p>}
      <ul className={styles.names}>
        {data.names.map((name, index) => (
          <li key={name}>
            <button type="button" className="button" data-autofocus={index === 0 || undefined} onClick={() => take(name)}>{name}</button>
          </li>
        ))}
        <li>
          <button type="button" className="button plain" onClick={() => take('')}>{t('dialog.nobody')}</button>
        </li>
      </ul>
    </div>
  );
}

export function AskDialog({ question, actions, close }: { question: Question | undefined; actions: Actions; close: () => void }) {
  const { t } = useTranslation();
  const title = question && t('dialog.title', { action: t(`act.${question.action}`), alerts: t('alerts.shown', { count: alertsIn(question.targets) }) });
  return (
    <Modal opened={question !== undefined} onClose={close} title={title} size={480} lockScroll={false} transitionProps={{ duration: 0 }} closeButtonProps={{ 'aria-label': t('detail.close') }}>
      {question && (question.action === 'assign' ? <Assignee {...{ question, actions, close }} /> : <Reason {...{ question, actions, close }} />)}
    </Modal>
  );
}
