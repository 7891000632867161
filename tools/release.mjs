// `npm run release -- …`: what a release manager types on each system (docs/releasing.md). Makes the key, packs, and signs the lists of updates.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { load } from 'js-yaml'
import { signManifest } from '../electron/update-manifest.ts'

const root = resolve(import.meta.dirname, '..')
const USAGE = `usage:
  npm run release -- --new-key FILE                 make the key that signs lists of updates, once
  npm run release -- --url https://…/ --key FILE    build, pack for this system into release/, and sign its list of updates`

/** The public half, as the app has it: 32 bytes, base64url. */
export const publicKeyOf = (key) => createPublicKey(key).export({ format: 'jwk' }).x

/** Never over another one: who loses it can send no update to anybody any more. Returns the public half. */
export function makeKey(file) {
  const { privateKey } = generateKeyPairSync('ed25519')
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' })
  return publicKeyOf(privateKey)
}

/** Signs every list in `folder`, in place, once each file that it names has the sum that it says. Returns their names. */
export async function signLists(folder, key) {
  const lists = readdirSync(folder).filter((name) => /^latest.*\.yml$/.test(name))
  if (lists.length === 0) throw new Error(`no list of updates (latest*.yml) in ${folder}`)
  for (const name of lists) {
    const text = readFileSync(join(folder, name), 'utf8')
    for (const { url, sha512, size } of load(text).files) {
      const file = join(folder, basename(url))
      if (!existsSync(file)) throw new Error(`${name} names ${url}, which is not there`)
      const hash = createHash('sha512')
      await pipeline(createReadStream(file), hash)
      if (statSync(file).size !== size || hash.digest('base64') !== sha512) throw new Error(`${url} is not the file that ${name} names`)
    }
    writeFileSync(join(folder, name), signManifest(text, name, key))
  }
  return lists
}

/** What electron-builder is told beside electron-builder.yml. `publish` has it write the lists; nothing is sent anywhere. */
export const releaseConfig = (url, key) => ({
  publish: [{ provider: 'generic', url }],
  extraMetadata: { updates: { url, key: publicKeyOf(key) } },
})

async function release({ url, key: keyFile }) {
  if (!URL.canParse(url) || !url.startsWith('https://') || !url.endsWith('/'))
    throw new Error('--url needs an https:// address that ends with a slash')
  const key = createPrivateKey(readFileSync(keyFile, 'utf8'))
  const { buildAll } = await import('./build.mjs')
  await buildAll((line) => console.log(line))
  const { build } = await import('electron-builder')
  await build({ projectDir: root, publish: 'never', config: releaseConfig(url, key) })
  const lists = await signLists(join(root, 'release'), key)
  console.log(`release/ is ready; signed: ${lists.join(', ')}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { values } = parseArgs({ options: { 'new-key': { type: 'string' }, url: { type: 'string' }, key: { type: 'string' } } })
    if (values['new-key']) console.log(`public key ${makeKey(values['new-key'])}`)
    else if (values.url && values.key) await release(values)
    else throw new Error(USAGE)
  } catch (error) {
    console.error(`error release-failed: ${error.message}`)
    process.exitCode = 1
  }
}
