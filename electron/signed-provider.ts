/** Where electron-updater learns of new versions: from one list that we have signed, and from nowhere else. */
import { type AppUpdater, Provider, type ResolvedUpdateFileInfo, type UpdateInfo } from 'electron-updater'
import { type ProviderRuntimeOptions, parseUpdateInfo } from 'electron-updater/out/providers/Provider.js'
import { z } from 'zod'
import { verifiedManifest } from './update-manifest.ts'

export interface UpdateSource {
  /** The folder with the lists and the files, ending with a slash. */
  readonly url: string
  /** Ed25519, 32 bytes as base64url: who signs. */
  readonly key: string
}

const MAX_LIST_BYTES = 64 << 10
const LIST_TIMEOUT_MS = 30_000

/** What is used of it. Files lie beside the list, under plain names. */
const List = z.object({
  version: z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}(-[0-9A-Za-z.-]{1,40})?$/),
  files: z
    .array(
      z.object({
        url: z.string().regex(/^[\w.-]{1,200}$/),
        sha512: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
        size: z.int().positive(),
        isAdminRightsRequired: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(20),
  path: z.string().max(200),
  sha512: z.string().max(100),
  releaseDate: z.union([z.string(), z.date()]).transform(String),
})

/** `fetchText` gets the list as text; Electron's own, so that the system's proxy is used. */
export const signedProvider = (source: UpdateSource, fetchFrom: typeof fetch) =>
  class SignedProvider extends Provider<UpdateInfo> {
    constructor(_options: unknown, _updater: AppUpdater, runtime: ProviderRuntimeOptions) {
      super(runtime)
    }

    /** electron-updater would send an identity of this installation with each question. */
    override setRequestHeaders(): void {}

    async getLatestVersion(): Promise<UpdateInfo> {
      const fileName = `${this.getDefaultChannelName()}.yml`
      const address = new URL(fileName, source.url)
      const text = await readBounded(await fetchFrom(address.href, { signal: AbortSignal.timeout(LIST_TIMEOUT_MS), cache: 'no-store' }))
      return List.parse(parseUpdateInfo(verifiedManifest(text, fileName, source.key), fileName, address)) as UpdateInfo
    }

    resolveFiles({ files }: UpdateInfo): ResolvedUpdateFileInfo[] {
      return files.map((info) => ({ url: new URL(info.url, source.url), info }))
    }
  }

async function readBounded(response: Response): Promise<string> {
  if (!response.ok || !response.body) throw new Error(`the list of updates cannot be fetched (HTTP ${response.status})`)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    if (bytes > MAX_LIST_BYTES) throw new Error('the list of updates is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
