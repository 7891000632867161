/** What the engine says of what it does: events with their facts. Their sentences stand in `languages/`. Never a secret, nor what a visitor asked for. */
import { z } from 'zod'

/** From the least to the most. */
export const LogLevel = z.enum(['info', 'warning', 'error'])
export type LogLevel = z.infer<typeof LogLevel>

/** What it is about. */
export const LogSubject = z.enum(['engine', 'service', 'network', 'router', 'relay', 'outside', 'names', 'certificate', 'visitors'])
export type LogSubject = z.infer<typeof LogSubject>

export const LogEntry = z.object({
  /** Counts up within one run of the engine. */
  id: z.number(),
  atMs: z.number(),
  level: LogLevel,
  subject: LogSubject,
  /** A word for ever, such as `relay-connected`. */
  event: z.string(),
  service: z.string().nullable(),
  facts: z.record(z.string(), z.string()),
})
export type LogEntry = z.infer<typeof LogEntry>

/** `level`: this one and worse. */
export const LogFilter = z.object({
  level: LogLevel.default('info'),
  subject: LogSubject.optional(),
  service: z.string().max(100).optional(),
})
export type LogFilter = z.infer<typeof LogFilter>

export const MAX_LOG_PAGE = 1000
/** Kept in memory and over restarts. */
export const MAX_LOG_ENTRIES = 5000

export const isWanted = ({ level, subject, service }: LogFilter, entry: LogEntry): boolean =>
  LogLevel.options.indexOf(entry.level) >= LogLevel.options.indexOf(level) &&
  (subject === undefined || entry.subject === subject) &&
  (service === undefined || entry.service === service)
