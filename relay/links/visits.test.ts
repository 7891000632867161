import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { ALIAS, type Get, ID, type Known, type Page, pages, serve, titleOf, WEB } from '../pages/pages.fixture.ts'
import { LINK_WORDS } from './words.ts'

const SINCE_MS = Date.UTC(2026, 6, 14, 9, 30)
const GAME: Known = { ...WEB, kind: 'udp', host: 'band.amber-otter-42.relay.example', port: 20123 }
const away = (asleep: boolean) => ({ sinceMs: SINCE_MS, asleep })
const inFrench = { headers: { 'accept-language': 'fr-CH, fr;q=0.9, en;q=0.8' } }

test('a link to something on the web sends the visitor there', async (context) => {
  for (const kind of ['http', 'https'] as const) {
    const { status, headers, body } = await (await pages(context, { ...WEB, kind }))(`/s/${ID}?from=mail`)
    assert.deepEqual([status, headers.location, body], [303, 'https://web.amber-otter-42.relay.example/', ''])
  }
  const elsewhere = await serve(context, WEB, 8443)
  assert.equal((await elsewhere.get(`/s/${ID}`)).headers.location, 'https://web.amber-otter-42.relay.example:8443/')
})

test('a link to what is not for everybody sends the visitor to the home’s own page', async (context) => {
  const get = await pages(context, { ...WEB, gated: true })
  assert.equal((await get(`/s/${ID}`)).headers.location, 'https://web.amber-otter-42.relay.example/.porchlight/open')
  const raw = await pages(context, { ...WEB, kind: 'udp', gated: true, host: 'game--relay.amber-otter-42.relay.example', port: 20123 })
  assert.equal((await raw(`/s/${ID}`)).headers.location, 'https://game--relay.amber-otter-42.relay.example/.porchlight/open')
})

test('an alias leads where its link does, however it is written', async (context) => {
  const get = await pages(context)
  for (const written of [ALIAS, 'K7DQ-2VXM', 'k7dq-2vxm']) assert.equal((await get(`/a/${written}`)).status, 303, written)
  const wrong = await get('/a/K7DQ-2VXN')
  assert.deepEqual([wrong.status, titleOf(wrong)], [404, 'This link leads nowhere'])
  assert.ok(wrong.body.includes(LINK_WORDS.en.aliasGoneText))
})

test('who guesses aliases is soon told to wait; links go on working', async (context) => {
  const get = await pages(context)
  for (let guess = 0; guess < 20; guess++) assert.equal((await get('/a/aaaa-aaaa')).status, 404)
  const last = await get('/a/K7DQ-2VXM')
  assert.deepEqual([last.status, titleOf(last), last.headers['retry-after']], [429, 'Too many tries', '30'])
  assert.equal((await get(`/s/${ID}`)).status, 303)
})

test('a link that nobody made, or has been taken back, leads nowhere, and so does every other path', async (context) => {
  const get = await pages(context)
  for (const path of ['/s/zzzzzzzzzzzz', `/s/${ID.toUpperCase()}`, '/s/abc', `/s/${'a'.repeat(33)}`, '/s/%61bcdefgh2345']) {
    const page = await get(path)
    assert.deepEqual([page.status, titleOf(page)], [404, 'This link leads nowhere'], path)
  }
  for (const path of ['/s/', `/s/${ID}/`, `/s/${'a'.repeat(41)}`, '/a', '/b/K7DQ-2VXM', '/join/plr1', '/../etc', '//', '/favicon.ico'])
    assert.deepEqual([(await get(path)).status, titleOf(await get(path))], [404, 'There is nothing here'], path)
})

test('a link that has ended says so', async (context) => {
  const get = await pages(context, { state: 'ended' })
  for (const path of [`/s/${ID}`, `/a/${ALIAS}`]) {
    const page = await get(path)
    assert.deepEqual([page.status, titleOf(page)], [410, 'This link has expired'])
    assert.equal(titleOf(await get(path, inFrench)), 'Ce lien a expiré')
  }
})

test('when nobody is home the visitor reads since when, in the first language understood', async (context) => {
  const get = await pages(context, { ...WEB, away: away(false) })
  const read = async (languages: string): Promise<Page> => await get(`/s/${ID}`, { headers: { 'accept-language': languages } })
  const english = await read('de-DE, en;q=0.8, fr;q=0.5')
  assert.deepEqual([english.status, titleOf(english)], [503, 'Nobody is home just now'])
  assert.match(english.body, /<html lang="en">.*since <time datetime="2026-07-14T09:30:00.000Z"[^>]*>14 July 2026 at 09:30 UTC<\/time>/s)
  const french = await read('fr-CH, fr;q=0.9, en;q=0.8')
  assert.deepEqual([french.status, titleOf(french)], [503, 'Il n’y a personne pour le moment'])
  assert.match(french.body, /<html lang="fr">.*depuis <time [^>]*>le 14 juillet 2026 à 09:30 UTC<\/time>/s)
  for (const neither of ['', 'de', '*', ',;,', 'x'.repeat(5000)]) assert.equal(titleOf(await read(neither)), 'Nobody is home just now')
})

test('whoever meets a home that is away reads whose trouble it is, and whether waiting helps', async (context) => {
  const read = async (sinceMs: number, asleep = false, options = {}): Promise<string> =>
    (await (await pages(context, { ...WEB, away: { sinceMs, asleep } }))(`/s/${ID}`, options)).body
  const minutesAgo = (minutes: number): number => Date.now() - minutes * 60_000
  assert.match(await read(minutesAgo(2)), /Your own connection works.*worth waiting.*Try again/s)
  assert.match(await read(minutesAgo(60)), /tell its owner, or come back later/)
  assert.match(await read(minutesAgo(25 * 60)), /Waiting does not help: tell its owner/)
  assert.match(await read(minutesAgo(2), true), /does not wake by itself/)
  assert.match(await read(minutesAgo(2), false, inFrench), /Votre connexion, elle, fonctionne.*vaut la peine d’attendre/s)
  const game = await (await pages(context, { ...GAME, away: { sinceMs: minutesAgo(2), asleep: false } }))(`/s/${ID}`)
  assert.match(game.body, /No answer since.*worth waiting/s)
})

test('when the computer sleeps the visitor reads since when', async (context) => {
  const get = await pages(context, { ...WEB, away: away(true) })
  const english = await get(`/s/${ID}`)
  assert.deepEqual([english.status, titleOf(english)], [503, 'The computer is asleep'])
  assert.match(english.body, /Asleep since <time [^>]*>14 July 2026 at 09:30 UTC/)
  assert.match((await get(`/s/${ID}`, inFrench)).body, /En veille depuis <time [^>]*>le 14 juillet 2026 à 09:30 UTC/)
})

test('what is no website has an address to copy, where to paste it, and whether it can be reached', async (context) => {
  const here = await (await pages(context, GAME))(`/s/${ID}`)
  assert.deepEqual([here.status, titleOf(here)], [200, 'The address to use'])
  assert.match(here.body, /Reachable now.*<code id="address">band\.amber-otter-42\.relay\.example:20123<\/code>/s)
  const asleep = await (await pages(context, { ...GAME, away: away(true) }))(`/s/${ID}`)
  assert.equal(asleep.status, 503)
  assert.match(asleep.body, /Asleep since.*<code id="address">band\./s)
  const none = await (await pages(context, { ...GAME, port: undefined }))(`/s/${ID}`)
  assert.deepEqual([none.status, /<code/.test(none.body)], [503, false])
})

test('a program that is known is named, in both languages; an unknown one gets words that always fit', async (context) => {
  const told = async (get: Get, options = {}): Promise<string> => (await get(`/s/${ID}`, options)).body
  for (const preset of Object.keys(LINK_WORDS.en.addressIn)) {
    const get = await pages(context, { ...GAME, preset })
    assert.ok((await told(get)).includes(LINK_WORDS.en.addressIn[preset] ?? '-'))
    assert.ok((await told(get, inFrench)).includes(LINK_WORDS.fr.addressIn[preset] ?? '-'))
  }
  for (const preset of [undefined, 'tetris', 'constructor'])
    assert.ok((await told(await pages(context, { ...GAME, preset }))).includes(LINK_WORDS.en.addressText), preset)
})

test('the one script of a page is the one that its policy allows, and it may speak to nobody else', async (context) => {
  const get = await pages(context, { ...WEB, away: away(false) })
  const { headers, body } = await get(`/s/${ID}`)
  const [, script = '', ...more] = /<script>(.*?)<\/script>/s.exec(body) ?? []
  assert.deepEqual(more, [])
  const hash = createHash('sha256').update(script).digest('base64')
  const policy = String(headers['content-security-policy'])
  assert.ok(policy.includes(`script-src 'sha256-${hash}'; connect-src 'self';`), policy)
  assert.doesNotMatch(body, / on[a-z]+=|style=|src=|https?:/)
})

test('every program’s words exist in both languages', () => {
  assert.deepEqual(Object.keys(LINK_WORDS.fr.addressIn), Object.keys(LINK_WORDS.en.addressIn))
})

test('a link that was taken down, and one to a home that has used up its month, say so', async (context) => {
  const down = await pages(context, { state: 'taken-down' })
  for (const path of [`/s/${ID}`, `/a/${ALIAS}`]) {
    assert.deepEqual([(await down(path)).status, titleOf(await down(path))], [410, 'This was taken down'])
    assert.equal(titleOf(await down(path, inFrench)), 'Cette adresse a été retirée')
  }
  const usedUp = await pages(context, { state: 'used-up', renewsAtMs: Date.UTC(2030, 1) })
  const page = await usedUp(`/s/${ID}`)
  assert.deepEqual([page.status, titleOf(page)], [503, 'No more room this month'])
  assert.match(page.body, /1 February 2030/)
  assert.match((await usedUp(`/s/${ID}`, inFrench)).body, /1 février 2030/)
})
