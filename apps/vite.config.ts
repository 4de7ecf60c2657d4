import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const root = import.meta.dirname
const page = (path: string) => resolve(root, path, 'index.html')

/**
 * Pages of devices and people, one build. `dist/` mirrors the addresses: `/`, `/kiosk/`, `/terminal/`, `/register/`, `/console/`; `sandbox-card/` is `/sandbox/card`.
 * Nothing is inlined (`assetsInlineLimit: 0`), because the server's content policy allows neither inline scripts nor styles.
 */
export default defineConfig({
  root,
  plugins: [react()],
  build: {
    outDir: resolve(root, 'dist'),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      onLog(level, log, handle) {
        // @hpke/common reaches for Node's crypto where there is no WebCrypto; every browser that runs these pages has it.
        if (!log.message.includes('@hpke/common')) handle(level, log)
      },
      input: {
        start: page('.'),
        kiosk: page('kiosk'),
        terminal: page('terminal'),
        register: page('register'),
        gate: page('gate'),
        card: page('sandbox-card'),
        console: page('console'),
      },
    },
  },
  // Classic workers: LiteRT loads its runtime with importScripts, which module workers refuse.
  worker: { format: 'iife' },
  server: {
    proxy: { '/v1': 'http://localhost:4700', '/sandbox': 'http://localhost:4700', '/readyz': 'http://localhost:4700' },
  },
})
