/** Who is asked for certificates, and what its owner has agreed to there. What was named on the command line goes before what was chosen. */
import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import type { DirectoryOptions } from '../../certificates/acme.ts'
import { newAccountKey } from '../../certificates/acme.ts'
import { DIRECTORIES, directoryName, isPublicDirectory, PUBLIC_DIRECTORY, stagingOf } from '../../certificates/directories.ts'
import { MAX_PEM_BYTES } from '../../certificates/own-files.ts'
import { parseJson } from '../../protocol/json.ts'
import type { AuthorityWish } from '../../protocol/model/certificate.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Authority } from '../../protocol/snapshot.ts'
import { findProxy } from '../network/proxy/find.ts'
import type { Context } from './context.ts'
import type { Secrets } from './secrets.ts'
import type { SettingsFile } from './settings.ts'

/** As named on the command line; undefined where it was not. */
export interface NamedAuthority {
  readonly directoryUrl: string | undefined
  readonly caFile: string | undefined
  readonly email: string | undefined
  readonly stagingUrl: string | undefined
  /** Its owner agrees to whatever terms it has. */
  readonly agrees: boolean
}

export interface KeptAuthority {
  view(): Authority
  readonly isPublic: boolean
  readonly directoryUrl: string
  /** Its rehearsal; undefined when it has none. */
  readonly stagingUrl: string | undefined
  /** How to speak to it, or to its rehearsal. Throws ProblemError when the account's key or the authority's file cannot be used. */
  options(directoryUrl: string, signal: AbortSignal, isBehindProxy: boolean): Promise<DirectoryOptions>
  /** Throws ProblemError. */
  agree(url: string): void
  choose(wish: AuthorityWish): void
}

const External = z.record(z.string(), z.object({ keyId: z.string(), hmacKey: z.string() }))

export function keepAuthority(settings: SettingsFile, secrets: Secrets, named: NamedAuthority): KeptAuthority {
  const chosen = () => settings.current.authority
  const directoryUrl = (): string => named.directoryUrl ?? chosen()?.directory ?? PUBLIC_DIRECTORY
  const externals = () => External.safeParse(parseJson(secrets.read('acme-external') ?? '')).data ?? {}
  const email = (): string | undefined => named.email ?? chosen()?.email
  const caFile = (): string | undefined => named.caFile ?? (named.directoryUrl === undefined ? chosen()?.caFile : undefined)
  const agreesTo = (url: string): boolean => named.agrees || Object.values(settings.current.terms).some((agreed) => agreed.url === url)
  return {
    get isPublic() {
      return isPublicDirectory(directoryUrl())
    },
    get directoryUrl() {
      return directoryUrl()
    },
    get stagingUrl() {
      return named.stagingUrl ?? stagingOf(directoryUrl())
    },
    view: () => ({
      name: directoryName(directoryUrl()),
      directory: directoryUrl(),
      email: email() ?? null,
      caFile: caFile() ?? null,
      hasAccount: externals()[directoryUrl()] !== undefined,
      agreed: settings.current.terms[directoryUrl()] ?? null,
    }),
    async options(url, signal, isBehindProxy) {
      const keyPem = secrets.read('acme-account') ?? newAccountKey()
      // Kept before it is used: an account whose key is lost can never be asked about its limits again.
      secrets.write('acme-account', keyPem)
      const file = caFile()
      return {
        directoryUrl: url,
        directoryCa: file === undefined ? undefined : readPem(file),
        proxy: isBehindProxy ? await findProxy(new URL(url).hostname, signal) : undefined,
        // The rehearsal's terms are those of the directory itself.
        account: { keyPem, email: email(), external: externals()[url], agreesTo: (terms) => url !== directoryUrl() || agreesTo(terms) },
      }
    },
    agree(url) {
      settings.change({ terms: { ...settings.current.terms, [directoryUrl()]: { url, atMs: Date.now() } } })
    },
    choose({ directory, email: mail, caFile: file, external }) {
      const url = urlOf(directory)
      if (file !== null) checkCaFile(file)
      if (external) secrets.write('acme-external', JSON.stringify({ ...externals(), [url]: external }))
      settings.change({ authority: { directory: url, ...(mail !== null && { email: mail }), ...(file !== null && { caFile: file }) } })
    },
  }
}

/** Throws ProblemError for what is neither a known name nor an address. */
function urlOf(directory: string): string {
  if (Object.hasOwn(DIRECTORIES, directory)) return DIRECTORIES[directory as keyof typeof DIRECTORIES].url
  if (directory.startsWith('https://') && URL.canParse(directory)) return directory
  throw new ProblemError(problem('authority-invalid', { name: directory }))
}

/** Throws ProblemError `authority-file`. */
function checkCaFile(path: string): void {
  const reason = whyUnusable(path)
  if (reason !== undefined) throw new ProblemError(problem('authority-file', { path, reason }))
}

function whyUnusable(path: string): string | undefined {
  try {
    // What is no file may never end, or wait for somebody to write into it.
    const found = statSync(path)
    if (!isAbsolute(path) || !found.isFile() || found.size > MAX_PEM_BYTES) return 'no-certificate'
    new X509Certificate(readFileSync(path))
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code?.startsWith('E') && !code.startsWith('ERR_') ? code : 'no-certificate'
  }
}

export function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable'
    throw new ProblemError(problem('file-unreadable', { path, reason }), { cause: error })
  }
}

/** The directory lies beyond the same network as the relay does. */
export const isBehindProxy = ({ relay }: ReturnType<Context['state']>): boolean =>
  relay.phase === 'connected' && relay.known.transport === 'proxy'
