// The frame of every page: rail on the left, bar on top, the page in the rest.
import { Modal } from '@mantine/core';
import { Link, Outlet, useLocation, useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { Fragment, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tinykeys } from 'tinykeys';
import { commands } from '../alerts/commands';
import { note } from '../api/alerts';
import { Refused } from '../api/client';
import { cache } from '../api/session';
import { listen } from '../api/stream';
import styles from './Frame.module.css';
import { Logo } from './icons';
import { isTyping } from './keys';
import { Palette } from './Palette';
import { TopBar } from './TopBar';
import { useMay, usePages } from './usePages';
import { ValuesProvider } from './Values';

function Rail() {
  const { t } = useTranslation();
  const pages = usePages();
  return (
    <nav className={styles.rail} aria-label={t('nav.label')}>
      <div className={styles.logo}>
        <Logo size={28} />
      </div>
      {pages.map(({ to, name, Icon, key, part }, index) => (
        <Fragment key={to}>
          {index > 0 && part !== pages[index - 1]!.part && <hr className={styles.part} aria-hidden="true" />}
          <Link to={to} className={styles.entry} title={`${t(`nav.${name}`)} (g ${key})`} activeProps={{ 'aria-current': 'page' }}>
            <Icon />
            <span>{t(`nav.${name}`)}</span>
          </Link>
        </Fragment>
      ))}
    </nav>
  );
}

const keys = [
  ['move', 'j k'],
  ['open', 'Enter'],
  ['expand', 'o'],
  ['close', 'Esc'],
  ['select', 'x'],
  ['selectAll', '* a'],
  ['selectNone', '* n'],
  ['menu', '.'],
  ['download', 'p'],
  ['undo', 'u'],
  ['fresh', 'n'],
  ['filter', '/'],
  ['palette', 'Ctrl K'],
  ['help', '?'],
] as const;

function Help({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  const pages = usePages();
  const rows = [
    ...keys.map(([name, pressed]) => ({ pressed, does: t(`help.${name}`) })),
    ...commands.map(({ name, key }) => ({ pressed: key, does: t(`act.${name}`) })),
    ...pages.map((page) => ({ pressed: `g ${page.key}`, does: t('help.go', { page: t(`nav.${page.name}`) }) })),
  ];
  return (
    <Modal opened={opened} onClose={close} title={t('help.title')} centered lockScroll={false} transitionProps={{ duration: 0 }} closeButtonProps={{ 'aria-label': t('detail.close') }}>
      <dl className={styles.keys}>
        {rows.map(({ pressed, does }) => (
          <div key={pressed}>
            <dt>
              {pressed.split('  ').map((one) => (
                <kbd key={one} className="kbd">
                  {one}
                </kbd>
              ))}
            </dt>
            <dd>{does}</dd>
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
  const pages = usePages();
  const name = pages.find((page) => path === page.to || path.startsWith(`${page.to}/`))?.name;
  const title = name ? t(`nav.${name}`) : '';
  const [help, setHelp] = useState(false);
  const [palette, setPalette] = useState(false);
  const kiosk = useSearch({ strict: false, select: (search) => (search as { kiosk?: string }).kiosk === '1' }); // a wall shows the page alone
  const [live, setLive] = useState<boolean>(); // nothing while it is being found out
  const watches = useMay()('get_stream');

  useEffect(() => {
    document.title = title ? `${title} · ${t('brand')}` : t('brand');
  }, [title, t]);
  useEffect(
    () =>
      !watches ? undefined : listen((message) => {
        if (message.kind === 'open') setLive(message.open);
        if (message.kind === 'update') note(message.id, message.state);
        if (message.kind === 'again') void cache.invalidateQueries();
      }),
    [watches],
  );
  useEffect(
    () =>
      tinykeys(window, {
        ...Object.fromEntries(pages.map((page) => [`g ${page.key}`, (event: KeyboardEvent) => {
          if (isTyping(event)) return;
          event.preventDefault(); // after g the letter is not the page's own
          void navigate({ to: page.to });
        }])),
        'Shift+?': (event) => void (isTyping(event) || setHelp(true)),
        '?': (event) => void (isTyping(event) || setHelp(true)),
        '$mod+k': (event) => {
          event.preventDefault(); // the browser's own search box
          setPalette((now) => !now);
        },
      }, { capture: true }),
    [navigate, pages],
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
    <div className={styles.frame} data-kiosk={kiosk || undefined}>
      {!kiosk && (
        <>
          <a className={styles.skip} href="#content">
            {t('nav.skip')}
          </a>
          <Rail />
          <TopBar title={title} watches={watches} live={live} help={() => setHelp(true)} palette={() => setPalette(true)} />
        </>
      )}
      <main id="content" className={styles.content} tabIndex={-1}>
        <ValuesProvider>
          <Suspense>
            <Outlet />
          </Suspense>
        </ValuesProvider>
      </main>
      <Help opened={help} close={() => setHelp(false)} />
      <Palette opened={palette} close={() => setPalette(false)} />
    </div>
  );
}
