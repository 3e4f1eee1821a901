// Ctrl/Cmd+K: one box that leads anywhere. What it lists is what can be reached by what is typed: pages
// by name, saved views, an address, the id of an alert, else a query for Hunt.
import { Combobox, Modal, useCombobox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { viewsQuery } from '../api/hunt';
import { destinationsOf } from '../logic/palette';
import styles from './Palette.module.css';
import { usePages } from './usePages';

interface Entry {
  key: string;
  group: string;
  text: string;
  hint?: string;
  href: string;
}

function useEntries(typed: string): Entry[] {
  const { t } = useTranslation();
  const pages = usePages();
  const words = typed.trim().toLowerCase();
  const named = pages
    .map((page): Entry => ({ key: page.to, group: t('palette.pages'), text: t(`nav.${page.name}`), hint: `g ${page.key}`, href: page.to }))
    .filter((entry) => entry.text.toLowerCase().includes(words) || entry.href.includes(words));
  const { data: saved } = useQuery(viewsQuery);
  const views = (saved?.views ?? [])
    .filter((view) => view.name.toLowerCase().includes(words))
    .map((view): Entry => ({ key: view.id, group: t('palette.views'), text: view.name, href: view.path }));
  const reached = destinationsOf(typed).map(({ kind, value, href }): Entry => ({ key: href, group: t('palette.goTo'), text: t(`palette.${kind}`, { value }), href }));
  return [...reached, ...named, ...views];
}

function Box({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const router = useRouter();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const entries = useEntries(typed);
  const box = useCombobox({ opened: true, onDropdownClose: close }); // the list stands open as long as the dialog
  const groups = [...new Set(entries.map((entry) => entry.group))];
  useEffect(() => void box.selectFirstOption(), [typed, entries.length]);
  const go = (href: string) => {
    close();
    void navigate({ href: router.history.createHref(href) });
  };
  return (
    <Combobox store={box} onOptionSubmit={go}>
      <Combobox.EventsTarget withExpandedAttribute>
        <input className={styles.input} value={typed} onChange={(event) => setTyped(event.target.value)} placeholder={t('palette.hint')} aria-label={t('palette.hint')}
          autoComplete="off" spellCheck={false} autoFocus data-autofocus />
      </Combobox.EventsTarget>
      <Combobox.Options className={styles.options} labelledBy="palette-title">
        {entries.length === 0 && <Combobox.Empty>{t('palette.nothing')}</Combobox.Empty>}
        {groups.map((group) => (
          <Combobox.Group key={group} label={group}>
            {entries.filter((entry) => entry.group === group).map((entry) => (
              <Combobox.Option key={entry.key} value={entry.href} className={styles.option}>
                <span>{entry.text}</span>
                {entry.hint && <kbd className="kbd">{entry.hint}</kbd>}
              </Combobox.Option>
            ))}
          </Combobox.Group>
        ))}
      </Combobox.Options>
    </Combobox>
  );
}

export function Palette({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={close} title={<span id="palette-title">{t('palette.title')}</span>} yOffset="12vh" size={560} lockScroll={false}
      transitionProps={{ duration: 0 }} closeButtonProps={{ 'aria-label': t('detail.close') }}>
      {opened && <Box close={close} />}
    </Modal>
  );
}
