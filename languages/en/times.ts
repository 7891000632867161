/** Times that a problem names, as its reader writes them. */

/** Milliseconds since 1970, as the time of day. */
export const clock = (until: string): string =>
  /^\d+$/.test(until) ? new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' }).format(Number(until)) : until

/** Milliseconds since 1970, as a day and a time. */
export const moment = (until: string): string =>
  /^\d+$/.test(until) ? new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' }).format(Number(until)) : until
