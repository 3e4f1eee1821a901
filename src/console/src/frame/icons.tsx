// Icons of the console, drawn on a 16-unit grid with one stroke width.
import type { ReactNode } from 'react';

const drawn = (children: ReactNode) =>
  function Icon({ size = 16 }: { size?: number }) {
    return (
      <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        {children}
      </svg>
    );
  };

export const AlertsIcon = drawn(<><path d="M8 2.2 14.2 13H1.800z" /><path d="M8 6.300v3.200M8 11.300v.1" /></>);
export const SensorsIcon = drawn(<><circle cx="8" cy="8" r="1.600" /><path d="M4.800 11.200a4.500 4.500 0 0 1 0-6.400M11.200 4.800a4.500 4.500 0 0 1 0 6.400M2.600 13.400a7.600 7.600 0 0 1 0-10.800M13.400 2.600a7.600 7.600 0 0 1 0 10.800" /></>);
export const HuntIcon = drawn(<><circle cx="7" cy="7" r="4.600" /><path d="m10.400 10.400 3.600 3.600M5 7h4" /></>);
export const OperationsIcon = drawn(<><path d="M2.500 3h11v10h-11zM2.500 6.300h11M2.500 9.700h11M6.200 3v10M9.800 3v10" /></>);
export const AssetsIcon = drawn(<><path d="M5.500 2h5v3.500h-5zM2 10.500h4.500V14H2zM9.500 10.500H14V14H9.500z" /><path d="M8 5.500V8M4.200 10.500V8h7.600v2.500" /></>);
export const NoticesIcon = drawn(<><path d="M3.500 2h6.300l2.700 2.700V14h-9zM9.500 2v3h3" /><path d="M5.800 8h4.400M5.800 10.700h4.400" /></>);
export const EnterprisesIcon = drawn(<><path d="M2 14V7l4 2.500V7l4 2.500V3h4v11z" /><path d="M5 11.500h.1M8 11.500h.1M11 11.500h.1" /></>);
export const PlatformsIcon = drawn(<><path d="M1.500 14h13M3.500 14V6.500L8 3l4.500 3.500V14" /><path d="M6.500 14v-4h3v4" /></>);
export const SituationIcon = drawn(<><path d="M2 2h5v5H2zM9 2h5v3H9zM9 7h5v7H9zM2 9h5v5H2z" /></>);
export const RulesIcon = drawn(<><path d="M2.500 3.500h11M2.500 8h6M2.500 12.500h4" /><path d="m9 11.300 1.800 1.800 3.200-4.400" /></>);
export const PacksIcon = drawn(<><path d="m8 1.800 5.500 2.900v6.600L8 14.200l-5.500-2.900V4.700z" /><path d="M2.800 4.900 8 7.600l5.200-2.700M8 7.600v6.300" /></>);
export const BaselineIcon = drawn(<><path d="M2 8.500h2.500l1.500-3 2 6 1.800-4 1 1H14" /><path d="M2 13.500h12M2 2.500h12" strokeDasharray="1.500 1.500" /></>);
export const ReleaseIcon = drawn(<><path d="M2.500 9.500V14h11V9.500" /><path d="M8 11V2.500M4.800 5.500 8 2.300l3.200 3.200" /></>);
export const AuditIcon = drawn(<><path d="M3.500 2h9v12h-9z" /><path d="M5.800 5h4.400M5.800 7.500h4.400M5.500 11l1.300 1.200L9.500 9.800" /></>);
export const AccountsIcon = drawn(<><circle cx="6" cy="5.500" r="2.400" /><path d="M1.500 13.500c.4-2.800 2.200-4 4.500-4s4.100 1.200 4.500 4M10.500 3.300a2.400 2.400 0 0 1 0 4.400M12 9.900c1.400.6 2.200 1.800 2.500 3.600" /></>);
export const TokensIcon = drawn(<><circle cx="5" cy="11" r="3" /><path d="m7.200 8.800 6.300-6.300M11 5l2 2M9 7l1.500 1.500" /></>);
export const EnrolmentsIcon = drawn(<><path d="M2 2.500h12v7.500H8.500M2 2.500V10h1.500M4.500 5h7M9.500 7.500h2" /><circle cx="6" cy="10.500" r="2.200" /><path d="M4.700 12.300V15L6 14.200 7.300 15v-2.700" /></>);
export const RolesIcon = drawn(<><path d="M8 1.800 13.500 4v4c0 3.200-2.300 5.300-5.500 6.300C4.800 13.300 2.500 11.200 2.500 8V4z" /><path d="m5.600 8 1.700 1.700 3.100-3.200" /></>);
export const OutputsIcon = drawn(<><path d="M8.500 3H2.500v10h6M6 8h8M11 5l3 3-3 3" /></>);
export const SettingsIcon = drawn(<><path d="M2 4.500h7M12.500 4.500H14M2 11.500h1.500M7 11.500h7" /><circle cx="10.700" cy="4.500" r="1.700" /><circle cx="5.200" cy="11.500" r="1.700" /></>);
export const CloseIcon = drawn(<path d="m4 4 8 8M12 4l-8 8" />);
export const UserIcon = drawn(<><circle cx="8" cy="5.500" r="2.700" /><path d="M2.800 13.800c.5-3 2.600-4.300 5.200-4.300s4.700 1.300 5.200 4.300" /></>);
export const ThemeIcon = drawn(<><circle cx="8" cy="8" r="5.800" /><path d="M8 2.200v11.600A5.800 5.800 0 0 0 8 2.200z" fill="currentColor" stroke="none" /></>);
export const ClockIcon = drawn(<><circle cx="8" cy="8" r="5.800" /><path d="M8 4.800V8l2.200 1.600" /></>);
export const HelpIcon = drawn(<><circle cx="8" cy="8" r="6" /><path d="M6.200 6.300a1.800 1.800 0 1 1 2.600 1.700c-.6.300-.8.600-.8 1.300M8 11.400v.1" /></>);
export const FilterIcon = drawn(<path d="M2.500 3.500h11L9.300 8.600v4l-2.600-1.300V8.600z" />);
export const UpIcon = drawn(<path d="M8 13V3.500M4 7.300l4-4 4 4" />);
export const DownIcon = drawn(<path d="m3.500 6 4.500 4.500L12.500 6" />);
export const RightIcon = drawn(<path d="m6 3.500 4.500 4.500L6 12.500" />);
export const CheckIcon = drawn(<path d="m3 8.500 3.300 3.300L13 5" />);
export const EmptyIcon = drawn(<><path d="M2 9.500 4 3.500h8l2 6v3.500H2z" /><path d="M2 9.500h3.600c.3 1.300 1.200 2 2.400 2s2.100-.7 2.400-2H14" /></>);

export function Logo({ size = 24 }: { size?: number }) {
  return <img src="/icon.svg" width={size} height={size} alt="" />;
}
