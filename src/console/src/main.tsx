import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './theme.css';
import { createTheme, localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { cache } from './api/session';
import { startWords } from './i18n';
import { router } from './router';

startWords();

// The library's own styles come as files; nothing is written into the page, which the policy refuses.
createRoot(document.getElementById('root')!).render(
  <MantineProvider
    theme={createTheme({ respectReducedMotion: true })}
    defaultColorScheme="auto"
    colorSchemeManager={localStorageColorSchemeManager({ key: 'langyan.theme' })}
    withCssVariables={false}
    withGlobalClasses={false}
  >
    <QueryClientProvider client={cache}>
      <Notifications position="bottom-right" limit={1} transitionDuration={0} autoClose={8000} />
      <RouterProvider router={router} />
    </QueryClientProvider>
  </MantineProvider>,
);
