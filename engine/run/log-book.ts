/** The log as the faces see it: the newest entries in memory, and in two files that take turns, so that they outlast a restart and a crash and never
 *  grow beyond two megabytes. Redacted before anything is kept: no secret, no visitor's address, nothing that a visitor asked for. */
import { closeSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parseJson } from '../../protocol/json.ts'
import { isWanted, LogEntry, type LogFilter, type LogLevel, MAX_LOG_ENTRIES } from '../../protocol/model/log.ts'
import { LOG_EVENTS, type LogEvent } from '../../protocol/model/log-events.ts'
import { Severity } from '../../protocol/problem.ts'
import type { Log } from './log.ts'
import { redact } from './redact.ts'

const MAX_FILE_BYTES = 1 << 20
const MAX_FACTS = 20
const MAX_FACT_LETTERS = 400
/** Entries that are told to who follows, together. */
const GATHER_MS = 200

/** Who visits is told to the owner where it is needed (bans, visitors), and forgotten with it. */
const VISITORS_OWN: ReadonlySet<string> = new Set(['place', 'peer', 'visitor'])

export interface LogBook {
  readonly log: Log
  /** Newest first. */
  entries(filter: LogFilter, limit: number, beforeId?: number): LogEntry[]
  /** Returns what ends it. */
  follow(filter: LogFilter, emit: (entries: LogEntry[]) => void): () => void
  close(): void
}

export function openLogBook(folder: string, now: () => number = Date.now): LogBook {
  const [path, older] = [join(folder, 'log.jsonl'), join(folder, 'log.older.jsonl')]
  let kept = [...readEntries(older), ...readEntries(path)].slice(-MAX_LOG_ENTRIES).map((entry, id) => ({ ...entry, id }))
  let nextId = kept.length
  const followers = new Set<(entry: LogEntry) => void>()
  const file = appendTo(path, older)
  return {
    log(event, fields = {}) {
      const entry = entryOf(nextId, event, fields, now())
      nextId += 1
      kept.push(entry)
      if (kept.length > 1.2 * MAX_LOG_ENTRIES) kept = kept.slice(-MAX_LOG_ENTRIES)
      file.write(`${JSON.stringify(entry)}\n`)
      for (const tell of followers) tell(entry)
    },
    entries(filter, limit, beforeId = Number.POSITIVE_INFINITY) {
      const found: LogEntry[] = []
      for (let at = kept.length - 1; at >= 0 && found.length < limit; at--) {
        const entry = kept[at] as LogEntry
        if (entry.id < beforeId && isWanted(filter, entry)) found.push(entry)
      }
      return found
    },
    follow(filter, emit) {
      let gathered: LogEntry[] = []
      let telling: NodeJS.Timeout | undefined
      const flush = (): void => {
        telling = undefined
        emit(gathered.slice(-MAX_LOG_ENTRIES))
        gathered = []
      }
      const tell = (entry: LogEntry): void => {
        if (!isWanted(filter, entry)) return
        gathered.push(entry)
        telling ??= setTimeout(flush, GATHER_MS).unref()
      }
      followers.add(tell)
      return () => {
        followers.delete(tell)
        clearTimeout(telling)
      }
    },
    close: () => file.close(),
  }
}

function entryOf(id: number, event: string, fields: Readonly<Record<string, unknown>>, atMs: number): LogEntry {
  const told = Object.entries(fields).filter(([name, value]) => !VISITORS_OWN.has(name) && value !== undefined && value !== null)
  const facts = Object.fromEntries(
    told.slice(0, MAX_FACTS).map(([name, value]) => [name, redact(asText(value)).slice(0, MAX_FACT_LETTERS)]),
  )
  const [level, subject] = Object.hasOwn(LOG_EVENTS, event) ? LOG_EVENTS[event as LogEvent] : (['info', 'engine'] as const)
  return { id, atMs, level: levelOf(event, facts) ?? level, subject, event, service: facts.service ?? null, facts }
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)))

const LEVELS = { critical: 'error', warning: 'warning', info: 'info' } as const

/** A problem matters as much as it says itself. */
function levelOf(event: string, { severity }: Readonly<Record<string, string>>): LogLevel | undefined {
  const said = event === 'problem-found' ? Severity.safeParse(severity) : undefined
  return said?.success ? LEVELS[said.data] : undefined
}

/** Of a file that a crash or a full disk has cut, what can be read. */
function readEntries(path: string): LogEntry[] {
  let text: string
  try {
    if (statSync(path).size > 4 * MAX_FILE_BYTES) return []
    text = readFileSync(path, 'utf8')
  } catch {
    return []
  }
  return text.split('\n').flatMap((line) => LogEntry.safeParse(parseJson(line)).data ?? [])
}

/** Written at once, so that the last word before a crash is there. What the disk does not take is left out: a log must cost nobody his service. */
function appendTo(path: string, older: string): { write(line: string): void; close(): void } {
  let file: number | undefined
  let bytes = 0
  /** A part of a line may stand there. */
  let isCut = false
  const open = (): void => {
    file = openSync(path, 'a', 0o600)
    bytes = statSync(path).size
    isCut = bytes > 0
  }
  const close = (): void => {
    if (file !== undefined) closeSync(file)
    file = undefined
  }
  return {
    write(line) {
      try {
        if (file === undefined) open()
        if (bytes > MAX_FILE_BYTES) {
          close()
          renameSync(path, older)
          open()
        }
        if (file !== undefined) bytes += writeSync(file, isCut ? `\n${line}` : line)
        isCut = false
      } catch {
        isCut = true
      }
    },
    close,
  }
}
