/** The page: one React app, served by the engine on loopback and by Electron from its own scheme alike. */
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: join(import.meta.dirname, 'renderer'),
  // Relative addresses: the page does not know under which origin it stands.
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    sourcemap: false,
    // Our CSP is script-src 'self', and every browser that runs this target knows modulepreload.
    modulePreload: { polyfill: false },
    target: 'es2023',
    // Fonts and images as files: font-src 'self' allows no data: addresses.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rolldownOptions: {
      // Words do nothing when they are imported: a language that nobody speaks is not fetched.
      treeshake: { moduleSideEffects: [{ test: /\/languages\//, sideEffects: false }] },
      output: {
        // One piece of what every view needs; in it, src/no-eval.ts runs before the first schema is built.
        codeSplitting: {
          groups: [{ name: 'base', test: /no-eval|node_modules\/(react|react-dom|scheduler|zod)\/|\/protocol\/(?!guides|cloud-init)/ }],
        },
      },
    },
  },
})
