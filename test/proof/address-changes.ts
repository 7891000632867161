/** A home whose address changes ten times in a row, and providers that fail on some. A part of `npm run proof`. */
import { addressChanges } from '../scenarios/address-changes.ts'

addressChanges(10, [2, 5, 9], ['503', '-', 'hang-up', '-', '500'])
