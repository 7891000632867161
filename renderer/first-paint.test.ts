/** What a phone far from home has to fetch before it sees the light. Fonts come after it: until then the text stands in the phone's own. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

const MAX_BYTES = 200_000

test('the first paint costs 200 KB at most', async () => {
  const outputs = await build({ configFile: join(import.meta.dirname, '../vite.config.ts'), logLevel: 'error', build: { write: false } })
  assert.ok('output' in outputs)
  const files = new Map(outputs.output.map((file) => [file.fileName, file]))
  const page = files.get('index.html')
  assert.ok(page?.type === 'asset')
  const html = String(page.source)
  const named = Array.from(html.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g), ([, name]) => name ?? '')
  const words = outputs.output.filter((file) => file.type === 'chunk' && file.moduleIds.some((id) => id.endsWith('/languages/en/first.ts')))
  const first = new Set(['index.html', ...named, ...words.map(({ fileName }) => fileName)])
  for (const name of first) {
    const file = files.get(name)
    if (file?.type === 'chunk') for (const imported of file.imports) first.add(imported)
  }
  assert.equal(words.length, 1, 'the English words are one piece')
  const sizes = Array.from(first, (name) => {
    const file = files.get(name)
    assert.ok(file, name)
    return { name, bytes: gzipSync(file.type === 'chunk' ? file.code : file.source).length }
  }).sort((a, b) => b.bytes - a.bytes)
  const bytes = sizes.reduce((sum, one) => sum + one.bytes, 0)
  console.log(`first paint: ${(bytes / 1000).toFixed(1)} KB in ${sizes.length} files, gzipped`)
  assert.ok(bytes <= MAX_BYTES, sizes.map(({ name, bytes }) => `${bytes} ${name}`).join('\n'))
})
