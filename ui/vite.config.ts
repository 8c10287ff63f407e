import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const platform = process.env.SLIPWAY_DEV_URL ?? 'http://127.0.0.1:4600'

// Addresses are relative so that the pages work below any base path; index.html carries <base>.
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 900,
    reportCompressedSize: false,
  },
  server: { port: 4601, strictPort: true, proxy: { '/api': platform } },
})
