/** One change, at which the provider is out of reach; `npm run proof` has ten (test/proof/address-changes.ts). */
import { addressChanges } from './address-changes.ts'

addressChanges(1, [1], null)
