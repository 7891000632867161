/** Every limit of the tunnel that both ends keep, in one place; docs/limits.md tells what happens at each. Those of a frame's length stand
 *  in frames.ts, since they are part of the format. */

/** A stream begins with this window: bytes that it may have under way unacknowledged, each way. */
export const WINDOW_BYTES = 262_144
/** What its receiver may let that grow to. */
export const MAX_WINDOW_BYTES = 4_194_304
/** By how much the windows of all streams of this process together may have grown. */
export const MAX_GROWN_BYTES = 268_435_456

/** A lane that carries a flow, a stream of more bytes than this, or more streams than this, is loaded: a home that has no other lane opens
 *  the rest, so that new visitors are kept apart. Less is what a relay's own look at a home takes, twice a minute. */
export const LIGHT_BYTES = 16_384
export const LIGHT_STREAMS = 8
/** What all streams of a session together hold that their readers have not taken: more than the 128 visits that one visitor may have with a
 *  home at one time could fill with windows that never grew. */
export const MAX_UNREAD_BYTES = 67_108_864

/** A stream that has carried more than this is no short request any more. */
export const BULK_BYTES = 262_144

/** On one lane, unless its owner says less. */
export const MAX_STREAMS = 1024
export const MAX_FLOWS = 1024
/** Streams and flows of a lane that the opener may reset at once, and how many more each second. */
export const MAX_RESETS = 2000
export const RESETS_PER_S = 500

/** A stream that carries nothing ends after this long, as with a NAT (RFC 5382 REQ-5: 2 hours 4 minutes) … */
export const IDLE_MS = 7_440_000
/** … and sooner where one side has ended, or has never said anything (there: 4 minutes for a connection that is only half there). */
export const HALF_IDLE_MS = 240_000

/** Control messages of a lane in a second. An engine asks for 20 at most for long, and 200 at once. */
export const MAX_CONTROLS_PER_S = 500

/** Datagrams that may wait for the next batch; what comes meanwhile is dropped. */
export const MAX_QUEUED_DATAGRAM_BYTES = 131_072
/** Answers to a peer that never reads them (resets, credit: CVE-2019-9512 and its kin) end the lane at this size. */
export const MAX_QUEUED_BYTES = 1_048_576

/** A ping goes out after this long without a byte from the other side … */
export const PING_AFTER_MS = 2500
/** … and after this long the lane counts as dead (a lost tunnel is noticed within 7 s without traffic). */
export const DEAD_AFTER_MS = 6500
/** What was sent and has not arrived after this long, and what more the line may take (flight.ts), is lost, and the lane with it: also when
 *  the other side goes on speaking, because only one way is cut. */
export const LOST_AFTER_MS = 3000
