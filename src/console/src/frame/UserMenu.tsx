// Who is signed in, and what they may do with their own account.
import { Menu, Modal, PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '../api/client';
import { cache, sessionQuery } from '../api/session';
import { shownRoles } from '../logic/roles';
import { useExplain } from './Failure';
import styles from './Frame.module.css';
import { UserIcon } from './icons';

// It draws pictures; few ever need it.
const SecondFactor = lazy(() => import('./SecondFactor').then((file) => ({ default: file.SecondFactor })));

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

export function UserMenu() {
  const { t } = useTranslation();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const router = useRouter();
  const [setting, setSetting] = useState<'password' | 'factor'>();
  const close = () => setSetting(undefined);
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
          <Menu.Item onClick={() => setSetting('password')}>{t('top.password')}</Menu.Item>
          <Menu.Item onClick={() => setSetting('factor')}>{t('top.factor')}</Menu.Item>
          <Menu.Item onClick={() => signOut.mutate()}>{t('top.signOut')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={setting !== undefined} onClose={close} title={t(setting === 'factor' ? 'factor.title' : 'password.title')} centered lockScroll={false} transitionProps={{ duration: 0 }} closeButtonProps={{ 'aria-label': t('detail.close') }}>
        <Suspense>{setting === 'factor' ? <SecondFactor close={close} /> : <PasswordForm close={close} />}</Suspense>
      </Modal>
    </>
  );
}
