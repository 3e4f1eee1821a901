import { PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '../api/client';
import { cache } from '../api/session';
import { Brand } from './Brand';
import { useExplain } from './Failure';
import { textOf } from './Form';
import styles from './pages.module.css';
import { LanguageSwitch, ThemeMenu } from './TopBar';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { t } = useTranslation();
  const { next, expired } = route.useSearch();
  const router = useRouter();
  const explain = useExplain();
  useEffect(() => {
    document.title = `${t('signIn.title')} · ${t('brand')}`;
  }, [t]);
  const signIn = useMutation({
    mutationFn: (body: { name: string; password: string; code?: string }) => ask(client.POST('/api/v1/auth/login', { body })),
    onSuccess: async () => {
      cache.clear();
      await router.navigate({ href: next ?? '/', replace: true });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const code = textOf(form, 'code');
    signIn.mutate({ name: String(form.get('name')), password: String(form.get('password')), ...(code && { code }) });
  };
  const refusal = signIn.error ? explain(signIn.error) : undefined;
  // Asked for once the password was right; then it stays.
  const [asked, setAsked] = useState(false);
  if (!asked && refusal?.code === 'code-required') setAsked(true);
  return (
    <main className={styles.alone}>
      <div className={styles.corner}>
        <LanguageSwitch />
        <ThemeMenu />
      </div>
      <form className={styles.signIn} onSubmit={submit}>
        <Brand />
        {expired && !refusal && <p role="status">{t('signIn.expired')}</p>}
        <TextInput name="name" label={t('signIn.name')} autoComplete="username" autoCapitalize="off" spellCheck={false} required withAsterisk={false} autoFocus />
        <PasswordInput name="password" label={t('signIn.password')} autoComplete="current-password" required withAsterisk={false} />
        {asked && <TextInput name="code" label={t('factor.code')} inputMode="numeric" autoComplete="one-time-code" maxLength={6} required withAsterisk={false} autoFocus />}
        {refusal && (
          <p className={styles.refusal} role="alert">
            {refusal.text} {refusal.next}
          </p>
        )}
        <button type="submit" className={`button primary ${styles.wide}`} disabled={signIn.isPending}>
          {t('signIn.go')}
        </button>
        <div className={styles.hint}>
          <p>{t('signIn.hint')}</p>
          <code className="mono">langyan link --data DIR --user NAME</code>
        </div>
      </form>
    </main>
  );
}
