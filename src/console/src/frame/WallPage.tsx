// /wall#TOKEN, what a screen on a wall opens: the situation and nothing else, read with a viewer's token until that ends. Behind #
// it goes to no server and into no log.
import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '../api/client';
import { cache } from '../api/session';
import { Brand } from './Brand';
import styles from './pages.module.css';

export function WallPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const open = useMutation({
    mutationFn: (token: string) => ask(client.POST('/api/v1/auth/wall', { body: { token } })),
    onSuccess: async () => {
      cache.clear();
      await router.navigate({ to: '/situation', search: { kiosk: '1' }, replace: true });
    },
  });
  const begun = useRef(false);
  useEffect(() => {
    document.title = t('brand');
    if (begun.current) return;
    begun.current = true;
    open.mutate(location.hash.slice(1));
  });
  return (
    <main className={styles.alone}>
      <div className={styles.signIn}>
        <Brand />
        <p role="status">{open.isError ? t('wall.refused') : t('wall.opening')}</p>
      </div>
    </main>
  );
}
