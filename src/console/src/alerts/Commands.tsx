// The bar over chosen alerts, and the menu of the key `.`: the same commands.
import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { alertsIn, type Targets } from '../api/alerts';
import { type CommandName, commands } from './commands';
import styles from './Dialogs.module.css';

type Run = (name: CommandName) => void;

export function BulkBar({ targets, run, clear }: { targets: Targets; run: Run; clear: () => void }) {
  const { t } = useTranslation();
  return (
    <section className={styles.bar} aria-label={t('act.bar')}>
      <strong role="status">{t('act.chosen', { count: alertsIn(targets), groups: targets.groups.length })}</strong>
      {commands.map(({ name, key }) => (
        <button key={name} type="button" className="button" onClick={() => run(name)}>
          {t(`act.${name}`)} <kbd className="kbd">{key}</kbd>
        </button>
      ))}
      <button type="button" className="button plain" onClick={clear}>
        {t('act.clear')} <kbd className="kbd">Esc</kbd>
      </button>
    </section>
  );
}

export function CommandMenu({ targets, run, close }: { targets: Targets | undefined; run: Run; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={targets !== undefined} onClose={close} title={targets && t('act.menu', { alerts: t('alerts.shown', { count: alertsIn(targets) }) })} size={360} lockScroll={false}
      transitionProps={{ duration: 0 }} closeButtonProps={{ 'aria-label': t('detail.close') }}>
      <ul className={styles.menu}>
        {commands.map(({ name, key }, index) => (
          <li key={name}>
            <button type="button" className="button" data-autofocus={index === 0 || undefined} onClick={() => (close(), run(name))}>
              {t(`act.${name}`)} <kbd className="kbd">{key}</kbd>
            </button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
