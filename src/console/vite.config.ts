import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The folder is given by whoever builds (console/build.sh), so that a checkout stays clean.
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: process.env.LANGYAN_CONSOLE_OUT ?? '../../build/console',
    emptyOutDir: true,
    assetsInlineLimit: 0, // a data: font is refused by the policy
    target: 'es2022',
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8443', '/link': 'http://127.0.0.1:8443' } },
  test: { include: ['src/**/*.test.ts'] },
});
