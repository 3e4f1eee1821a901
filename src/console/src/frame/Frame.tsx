// The frame of every page: rail on the left, bar on top, the page in the rest.
import { Modal } from '@mantine/core';
import { Link, Outlet, useLocation, useNavigate, useRouter } from '@tanstack/react-router';
import { type ComponentType, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tinykeys } from 'tinykeys';
import { note } from '../api/alerts';
import { Refused } from '../api/client';
import { cache } from '../api/session';
import { listen } from '../api/stream';
import styles from './Frame.module.css';
import { AlertsIcon, Logo, SensorsIcon } from './icons';
import { isTyping } from './keys';
import { TopBar } from './TopBar';

// An entry stands here when its page exists.
const pages: { to: '/alerts' | '/sensors'; name: 'alerts' | 'sensors'; Icon: ComponentType; key: string }[] = [
  { to: '/alerts', name: 'alerts', Icon: AlertsIcon, key: 'g a' },
  { to: '/sensors', name: 'sensors', Icon: SensorsIcon, key: 'g s' },
];

function Rail() {
  const { t } = useTranslation();
  return (
    <nav className={styles.rail} aria-label={t('nav.label')}>
      <div className={styles.logo}>
        <Logo size={28} />
      </div>
      {pages.map(({ to, name, Icon, key }) => (
        <Link key={to} to={to} className={styles.entry} title={`${t(`nav.${name}`)} (${key})`} activeProps={{ 'aria-current': 'page' }}>
          <Icon />
          <span>{t(`nav.${name}`)}</span>
        </Link>
      ))}
    </nav>
  );
}

const keys = [
  ['move', 'j k'],
  ['open', 'Enter'],
  ['close', 'Esc'],
  ['ack', 'e'],
  ['comment', 'c'],
  ['undo', 'u'],
  ['fresh', 'n'],
  ['filter', '/'],
  ['go', 'g a  g s'],
  ['help', '?'],
] as const;

function Help({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={close} title={t('help.title')} centered lockScroll={false} transitionProps={{ duration: 0 }} closeButtonProps={{ 'aria-label': t('detail.close') }}>
      <dl className={styles.keys}>
        {keys.map(([name, pressed]) => (
          <div key={name}>
            <dt>
              {pressed.split('  ').map((one) => (
                <kbd key={one} className="kbd">
                  {one}
                </kbd>
              ))}
            </dt>
            <dd>{t(`help.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}

export function Frame() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const router = useRouter();
  const path = useLocation({ select: (location) => location.pathname });
  const name = pages.find((page) => path.startsWith(page.to))?.name;
  const title = name ? t(`nav.${name}`) : '';
  const [help, setHelp] = useState(false);
  const [live, setLive] = useState<boolean>(); // nothing while it is being found out

  useEffect(() => {
    document.title = title ? `${title} · ${t('brand')}` : t('brand');
  }, [title, t]);
  useEffect(
    () =>
      listen((message) => {
        if (message.kind === 'open') setLive(message.open);
        if (message.kind === 'update') note(message.id, message.state);
        if (message.kind === 'again') void cache.invalidateQueries();
      }),
    [],
  );
  useEffect(
    () =>
      tinykeys(window, {
        'g a': (event) => void (isTyping(event) || navigate({ to: '/alerts' })),
        'g s': (event) => void (isTyping(event) || navigate({ to: '/sensors' })),
        'Shift+?': (event) => void (isTyping(event) || setHelp(true)),
        '?': (event) => void (isTyping(event) || setHelp(true)),
      }),
    [navigate],
  );
  // A session that ended anywhere leads to the sign-in, and back afterwards.
  useEffect(
    () =>
      cache.getQueryCache().subscribe((event) => {
        if (event.type !== 'updated' || event.action.type !== 'error') return;
        const { error } = event.action;
        if (!(error instanceof Refused) || error.status !== 401 || router.state.location.pathname === '/sign-in') return;
        void navigate({ to: '/sign-in', search: { next: router.state.location.href, expired: '1' } });
      }),
    [navigate, router],
  );

  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#content">
        {t('nav.skip')}
      </a>
      <Rail />
      <TopBar title={title} live={live} help={() => setHelp(true)} />
      <main id="content" className={styles.content} tabIndex={-1}>
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
      <Help opened={help} close={() => setHelp(false)} />
    </div>
  );
}
