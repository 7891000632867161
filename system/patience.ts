/** A limit on a wait for a socket that does not judge by our own absence. */

/** Calls `giveUp` after `ms`, once what has come by then was read; `clearTimeout` ends it. After a computer that slept, or a stall of this process, a
 *  timer is due before the answer that has long been there: libuv's loop looks at timers first, at sockets then, and at what setImmediate left last
 *  (docs.libuv.org, "The I/O loop"). */
export const givingUpAfter = (ms: number, giveUp: () => void): NodeJS.Timeout => setTimeout(() => setImmediate(giveUp), ms)
