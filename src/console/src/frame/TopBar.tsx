import { Menu, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { language, speak } from '../i18n';
import { clock } from '../logic/time';
import styles from './Frame.module.css';
import { CheckIcon, ClockIcon, HelpIcon, ThemeIcon } from './icons';
import { preferZone, useZone } from './preferences';
import { useNow } from './useNow';
import { UserMenu } from './UserMenu';

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
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true }); // to hold them it would write a style that the policy refuses
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
