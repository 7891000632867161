/** Labels for devices whose owner chose none: two everyday words and a number, easy to say on the telephone. */

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

/** `pick(n)` gives a whole number from 0 to n − 1; `digits` is 2 to 6. */
export function randomLabel(pick: (count: number) => number, digits: number): string {
  const number = 10 ** (digits - 1) + pick(9 * 10 ** (digits - 1))
  return `${FIRST[pick(FIRST.length)]}-${SECOND[pick(SECOND.length)]}-${number}`
}
