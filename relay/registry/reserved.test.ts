import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLabel } from '../../protocol/model/label.ts'
import { labelPolicy, readWords } from './reserved.ts'

const policy = labelPolicy()
const list = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

test('the relay’s own names and well-known offices are reserved, with numbers and in other spellings too', () => {
  for (const label of list('ns ns1 ns-2 mx10 dns www www2 autodiscover admin adm1n l0gin w-w-w ma1l web-mail sup-p0rt te5t'))
    assert.deepEqual(policy(label), { state: 'reserved' }, label)
})

const IMITATIONS: [brand: string, labels: string][] = [
  ['paypal', 'paypal paypa1 pay-pal pay-pal-login paypaall secure-paypal payqal-paypai-fr paypal-42'],
  ['google', 'google g00gle go0gle googie my-google-drive g-oogle'],
  ['apple', 'apple app1e apple-id appleid apple-support my-apple secure-apple-login apple-42'],
  ['microsoft', 'microsoft micros0ft rnicrosoft microsft micorsoft microsoft-365 m1crosoft-support'],
  ['labanquepostale', 'labanquepostale la-banque-postale labanqupostale labanquepostal la-banque-p0stale labanquepostale-espace-client'],
  ['impots', 'impots 1mpots impots-gouv mes-impots'],
  ['ameli', 'ameli amel1 ameli-fr compte-ameli'],
  ['orange', 'orange 0range orange-facture compte-orange'],
  ['free', 'free fr33 free-mail espace-free'],
  ['sfr', 'sfr 5fr sfr-client'],
  ['twitter', 'twitter tvvitter'],
  ['creditagricole', 'credit-agricole creditagrico1e creclitagricole creditagricoles-fr'],
  ['amazon', 'amazon arnazon amazon-colis'],
  ['ing', 'ing ing-bank'],
  ['gmail', 'gmail gmai1'],
]

test('what looks like a bank’s, a service’s or a brand’s name is refused, and it is said whose', () => {
  for (const [brand, labels] of IMITATIONS)
    for (const label of list(labels)) assert.deepEqual(policy(label), { state: 'imitates', brand }, label)
})

test('everyday names pass, also those with a brand’s letters in them', () => {
  const everyday = list(`
    freedom freehold free-range-hens freesia carefree apple-tree apple-orchard pineapple orange-grove orangerie blood-orange
    amelie amelia chez-amelie amazonia the-bay ebayonne revolution viva-la-revolution signal-hill smoke-signal steam-engine
    windows-on-the-sea upside-down ups-and-downs visage wisewood metal metalwork mail-cloud small-cloud my-cloud big-mail
    kingsway working singing ingrid martin-house maison-dupont chez-fred villa-rosa les-tilleuls la-grange le-moulin
    our-house nsx www-of-anna dupont ian ivan lan-party palace payday pal-of-mine goulash
    boulangerie credit-where-due postbox mallorca summer-house lake-view old-mill number-42 route-66 house-7b
    bach-family schmidt jones garcia rossi otter-beach coral-reef cafeteria cafe ants-nest nickel vincent vincennes
    health-farm helping-hands teamwork information contact-sheet appetite approach apparition`)
  for (const label of everyday) assert.equal(policy(label), undefined, label)
  assert.ok(everyday.every((label) => isLabel(label)))
})

test('an operator’s own words are reserved beside ours, in whatever spelling', () => {
  const own = labelPolicy(readWords('# our association\nTownHall\n\n  fire-brigade # since 1902\n'))
  for (const label of ['townhall', 'town-hall', 't0wnhall', 'firebrigade']) assert.deepEqual(own(label), { state: 'reserved' }, label)
  assert.equal(own('fire'), undefined)
  assert.equal(policy('townhall'), undefined)
})
