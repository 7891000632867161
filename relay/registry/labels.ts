/** Device labels: two everyday words and a number, easy to say on the telephone. */

/** Everyday, neutral, at most 8 letters; none is a brand's name, and any two make harmless company. */
const FIRST = (
  'amber autumn bright calm cedar clear cloudy copper coral cosy crisp dewy early easy fair fresh gentle golden grand green happy ' +
  'honest indigo ivory jolly kind lively lucky maple mellow merry mild misty mossy neat olive open patient pearl placid plain plum ' +
  'polite proud quick quiet rosy round ruby rustic sandy serene shady silver simple smooth snowy soft spring steady summer sunny ' +
  'tidy velvet violet warm willow winter wise wooden'
).split(' ')
const SECOND = (
  'acorn badger barn basket beacon beaver bench birch boat bridge brook candle canoe castle clover cottage cricket daisy dolphin ' +
  'falcon feather fern finch forest fox garden gate harbour hare hazel heron hill hollow island ivy kettle kite lake lantern lark ' +
  'leaf lemon lily linnet lodge lynx marble meadow mill moon oak orchard otter owl panda path pebble pine pond poppy porch quail ' +
  'rabbit river robin rocket salmon shell sparrow spruce star stone swan teapot thistle tulip valley walnut window wren'
).split(' ')

/** One label of ours: 3 to 30 characters, so that `service.label.domain` stays well inside a certificate's 64-character common name
 *  and a dictated line. No `--` anywhere: that is where punycode begins. */
const LABEL = /^[a-z](?:[a-z0-9]|-(?!-)){1,28}[a-z0-9]$/

/** The relay's own names, those that software looks up by itself (a stranger's answer there could take over a network: `wpad`,
 *  `isatap`, `autodiscover`), those that certificate authorities write to (CA/B Baseline Requirements §3.2.2.4.4), and special ones (RFC 6761). */
const RESERVED = new Set(
  (
    'www web ftp ssh vpn dns mail smtp imap pop pop3 mx webmail autoconfig autodiscover isatap wpad ' +
    'join app apps api acme admin administrator relay tunnel probe status metrics health dashboard console operator ' +
    'hostmaster postmaster webmaster abuse security noc root system support help info contact ' +
    'login signin account accounts auth oauth sso billing payment pay secure static assets cdn ' +
    'localhost local localdomain home lan internal intranet example invalid test onion arpa porchlight'
  ).split(' '),
)
const RESERVED_SHAPE = /^(?:ns|mx|dns|www)-?\d*$/

export const isLabel = (text: string): boolean => LABEL.test(text)
export const isReservedLabel = (text: string): boolean => RESERVED.has(text) || RESERVED_SHAPE.test(text)

/** `pick(n)` gives a whole number from 0 to n − 1; `digits` is 2 to 6. */
export function randomLabel(pick: (count: number) => number, digits: number): string {
  const number = 10 ** (digits - 1) + pick(9 * 10 ** (digits - 1))
  return `${FIRST[pick(FIRST.length)]}-${SECOND[pick(SECOND.length)]}-${number}`
}
