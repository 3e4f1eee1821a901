import { Menu, Modal, PasswordInput, useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '../api/client';
import { cache, sessionQuery } from '../api/session';
import { language, speak } from '../i18n';
import { shownRoles } from '../logic/roles';
import { clock } from '../logic/time';
import { useExplain } from './Failure';
import styles from './Frame.module.css';
import { CheckIcon, ClockIcon, HelpIcon, ThemeIcon, UserIcon } from './icons';
import { preferZone, useZone } from './preferences';
import { useNow } from './useNow';

export function LanguageSwitch() {
  const { t } = useTranslation();
  const now = language();
  return (
    <div className={styles.switch} role="group" aria-label={t('top.language')}>
      <button type="button" lang="zh-CN" aria-pressed={now === 'zh'} onClick={() => speak('zh')}>
        中文
      </button>
      <button type="button" lang="en" aria-pressed={now === 'en'} onClick={() => speak('en')}>
        EN
      </button>
    </div>
  );
}

export function ThemeMenu() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" withinPortal={false} transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <button type="button" className="button plain" aria-label={t('top.theme')} title={t('top.theme')}>
          <ThemeIcon />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {(['auto', 'light', 'dark'] as const).map((scheme) => (
          <Menu.Item key={scheme} onClick={() => setColorScheme(scheme)} rightSection={colorScheme === scheme && <CheckIcon size={14} />}>
            {t(`top.${scheme}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function ZoneSwitch() {
  const { t } = useTranslation();
  const zone = useZone();
  const now = new Date(useNow()).toISOString();
  return (
    <button
      type="button"
      className={`button plain mono ${styles.clock}`}
      onClick={() => preferZone(zone === 'utc' ? 'local' : 'utc')}
      title={`${t('top.time')}: ${t('top.utc')} / ${t('top.local')}`}
    >
      <ClockIcon size={14} />
      {clock(now, zone, true).slice(11, 19)} <span className={styles.zone}>{t(`top.${zone}`)}</span>
    </button>
  );
}

function PasswordForm({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const explain = useExplain();
  const save = useMutation({
    mutationFn: (body: { current?: string; new: string }) => ask(client.POST('/api/v1/auth/password', { body })),
    onSuccess: () => {
      notifications.show({ message: t('password.saved'), withCloseButton: false });
      close();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const current = String(form.get('current'));
    save.mutate({ ...(current && { current }), new: String(form.get('new')) });
  };
  const refusal = save.error ? explain(save.error) : undefined;
  return (
    <form className={styles.form} onSubmit={submit}>
      <PasswordInput name="current" label={t('password.current')} description={t('password.currentHint')} autoComplete="current-password" />
      <PasswordInput name="new" label={t('password.fresh')} description={t('password.freshHint')} autoComplete="new-password" minLength={10} required withAsterisk={false} />
      {refusal && (
        <p role="alert" className={styles.refusal}>
          {refusal.text} {refusal.next}
        </p>
      )}
      <button type="submit" className="button primary" disabled={save.isPending}>
        {t('password.save')}
      </button>
    </form>
  );
}

function UserMenu() {
  const { t } = useTranslation();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const router = useRouter();
  const [setting, setSetting] = useState(false);
  const signOut = useMutation({
    mutationFn: () => ask(client.POST('/api/v1/auth/logout')),
    onSettled: async () => {
      cache.clear();
      await router.navigate({ to: '/sign-in', search: {} });
    },
  });
  return (
    <>
      <Menu position="bottom-end" withinPortal={false} transitionProps={{ duration: 0 }}>
        <Menu.Target>
          <button type="button" className="button plain" aria-label={`${t('top.user')}: ${session.name}`}>
            <UserIcon />
            {session.name}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {shownRoles(session.roles).map((role) => t(`roles.${role}`)).join(' · ')}
            {session.organisation && ` · ${session.organisation}`}
          </Menu.Label>
          <Menu.Item onClick={() => setSetting(true)}>{t('top.password')}</Menu.Item>
          <Menu.Item onClick={() => signOut.mutate()}>{t('top.signOut')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={setting} onClose={() => setSetting(false)} title={t('password.title')} centered lockScroll={false} transitionProps={{ duration: 0 }} closeButtonProps={{ 'aria-label': t('detail.close') }}>
        <PasswordForm close={() => setSetting(false)} />
      </Modal>
    </>
  );
}

export function TopBar({ title, watches, live, help, palette }: { title: string; watches: boolean; live: boolean | undefined; help: () => void; palette: () => void }) {
  const { t } = useTranslation();
  return (
    <header className={styles.top}>
      <p className={styles.brand}>{t('brand')}</p>
      <h1 className={styles.title}>{title}</h1>
      {watches && (
        <span className={styles.live} data-live={live} role="status">
          {live === false ? t('top.waiting') : t('top.live')}
        </span>
      )}
      <button type="button" className="button" onClick={palette}>
        {t('palette.title')} <kbd className="kbd">Ctrl K</kbd>
      </button>
      <ZoneSwitch />
      <LanguageSwitch />
      <ThemeMenu />
      <button type="button" className="button plain" onClick={help} aria-label={t('top.keys')} title={`${t('top.keys')} (?)`}>
        <HelpIcon />
      </button>
      <UserMenu />
    </header>
  );
}
