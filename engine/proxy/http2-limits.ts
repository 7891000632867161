/** A test holds docs/limits.md to these. */
export const HTTP2_LIMITS = {
  /** Streams at one time. Browsers take what they are given; more than a hundred helps none of them (RFC 9113 §6.5.2). */
  MAX_STREAMS: 100,
  MAX_HEAD_BYTES: 32 * 1024,
  /** What of an upload may be under way: as much as 80 Mbit/s and 100 ms hold. */
  STREAM_WINDOW_BYTES: 1024 * 1024,
  SESSION_WINDOW_BYTES: 4 * 1024 * 1024,
  /** Of all uploads of all visitors together, what no service has taken yet: beyond, the one with most is reset. */
  MAX_UNREAD_BYTES: 64 * 1024 * 1024,
  /** Bytes in a second that are neither heads nor bodies: pings, settings, window updates, empty frames, padding. */
  MAX_USELESS_BYTES_PER_S: 512 * 1024,
  /** Streams that he opens and resets, or makes fail, a second for long (CVE-2023-44487, CVE-2025-8671): as nghttp2 bounds them. */
  RESETS_PER_S: 33,
  RESET_BURST: 1000,
  /** What he has asked for and does not take. */
  STALLED_MS: 120_000,
  /** Without a request, and nothing of an answer left to take: he is told to leave. */
  IDLE_MS: 65_000,
  /** After that, and when the door closes: he has left by then, or is put out. */
  LEAVE_MS: 5000,
} as const

/** Those that are times, and how often is looked at them. */
export type Http2TimesMs = { readonly [name in 'STALLED_MS' | 'IDLE_MS' | 'LEAVE_MS']: number } & { readonly lookMs: number }

export const HTTP2_TIMES_MS: Http2TimesMs = { ...HTTP2_LIMITS, lookMs: 1000 }
