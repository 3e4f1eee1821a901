// What is done with a view as a whole: kept under a name, taken to a shell, to a spreadsheet.
import { Menu, Popover } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '../api/client';
import { viewsQuery } from '../api/hunt';
import { cache } from '../api/session';
import { useExplain } from '../frame/Failure';
import { CloseIcon } from '../frame/icons';
import { asCommand, asCurl, type Asked } from '../logic/query';
import styles from './HuntPage.module.css';

function Views() {
  const { t } = useTranslation();
  const explain = useExplain();
  const href = useLocation({ select: (location) => location.href });
  const { data } = useQuery(viewsQuery);
  const again = () => cache.invalidateQueries({ queryKey: viewsQuery.queryKey });
  const keep = useMutation({ mutationFn: (name: string) => ask(client.POST('/api/v1/me/views', { body: { name, path: href } })), onSuccess: again });
  const drop = useMutation({ mutationFn: (view: string) => ask(client.DELETE('/api/v1/me/views/{view}', { params: { path: { view } } })), onSuccess: again });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const input = event.currentTarget.elements.namedItem('name') as HTMLInputElement;
    keep.mutate(input.value.trim(), { onSuccess: () => (input.value = '') });
  };
  const failed = keep.error ?? drop.error;
  return (
    <>
      <ul className={styles.views}>
        {data?.views.map((view) => (
          <li key={view.id} className={styles.view}>
            <a href={view.path}>{view.name}</a>
            <button type="button" className="button plain" aria-label={t('hunt.dropView', { name: view.name })} onClick={() => drop.mutate(view.id)}><CloseIcon size={10} /></button>
          </li>
        ))}
        {data?.views.length === 0 && <li className={styles.view}>{t('hunt.noViews')}</li>}
      </ul>
      <form className={styles.save} onSubmit={submit}>
        <input name="name" required maxLength={60} aria-label={t('hunt.viewName')} placeholder={t('hunt.viewName')} autoComplete="off" />
        <button type="submit" className="button primary">{t('hunt.saveView')}</button>
      </form>
      {failed && <p role="alert">{explain(failed).text}</p>}
    </>
  );
}

export function ViewTools({ asked, shape }: { asked: Asked; shape: 'events' | 'groups' | 'chart' | undefined }) {
  const { t } = useTranslation();
  const [views, setViews] = useState(false);
  const copy = async (text: string) => {
    await navigator.clipboard?.writeText(text);
    notifications.clean();
    notifications.show({ message: t('hunt.copied'), autoClose: 3000, withCloseButton: false });
  };
  const path = `/api/v1/search${shape === 'groups' ? '/aggregate' : shape === 'chart' ? '/histogram' : ''}`;
  const csv = `/api/v1/search/export?${new URLSearchParams({ ...asked, format: 'csv' }).toString()}`;
  return (
    <>
      <Popover opened={views} onChange={setViews} width={320} position="bottom-end" withinPortal={false} transitionProps={{ duration: 0 }} trapFocus>
        <Popover.Target>
          <button type="button" className="button" onClick={() => setViews(!views)}>{t('hunt.views')}</button>
        </Popover.Target>
        <Popover.Dropdown>{views && <Views />}</Popover.Dropdown>
      </Popover>
      <Menu position="bottom-end" withinPortal={false} transitionProps={{ duration: 0 }}>
        <Menu.Target>
          <button type="button" className="button">{t('hunt.take')}</button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void copy(asCommand(asked))}>{t('hunt.copyCommand')}</Menu.Item>
          <Menu.Item onClick={() => void copy(asCurl(asked, location.origin, path))}>{t('hunt.copyCurl')}</Menu.Item>
          <Menu.Item onClick={() => void copy(location.href)}>{t('hunt.copyLink')}</Menu.Item>
          {shape && shape !== 'chart' && <Menu.Item component="a" href={csv} download="langyan.csv">{t('hunt.csv')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
