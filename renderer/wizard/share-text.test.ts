import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LANGUAGES } from '../../languages/index.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { jamulus, service } from '../../test/fakes/snapshots.ts'
import { shareText } from './share-text.ts'

const ADDRESS = 'jamulus.maison-dupont.relay.example:22124'
const LINK = 'https://relay.example/s/abc'
const told = (preset: ServiceView['preset'], text = ADDRESS, language: 'en' | 'fr' = 'en'): string =>
  shareText({ ...jamulus, preset }, { what: 'address', text }, LANGUAGES[language])

test('what is sent along speaks the program’s own language', () => {
  assert.equal(told('jamulus'), `Let's play! In Jamulus, click Connect and paste this address: ${ADDRESS}`)
  assert.match(told('jamulus', ADDRESS, 'fr'), /^On joue\u00a0\? Dans Jamulus, cliquez sur «\u00a0Se connecter\u00a0»/)
  assert.match(told('ssh'), /ssh -p 22124 USER@jamulus\.maison-dupont\.relay\.example$/)
  assert.match(told('minecraft-bedrock'), /address: jamulus\.maison-dupont\.relay\.example Port: 22124$/)
  assert.equal(told(null), `The address of jamulus: ${ADDRESS}`)
})

test('without a name it is the bare address', () => {
  assert.match(told('valheim', '203.0.113.7:2456'), /: 203\.0\.113\.7:2456$/)
  assert.match(told('mumble', '203.0.113.7:64738'), /Address: 203\.0\.113\.7 Port: 64738$/)
  assert.match(told('mumble', '[2001:db8::7]:64738'), /Address: \[2001:db8::7\] Port: 64738$/)
})

test('a website is its link; one that lets in by link alone says to keep it', () => {
  const gift = { what: 'link', text: LINK } as const
  assert.equal(shareText(service(), gift, LANGUAGES.en), `jeedom is here: ${LINK}`)
  assert.match(shareText(service({ access: 'link' }), gift, LANGUAGES.en), /Keep it to yourself\.$/)
  // A program that is no website, and lets in by link: the link comes first.
  assert.match(shareText({ ...jamulus, access: 'link' }, gift, LANGUAGES.en), /^Open this link first;.*: https:\/\/relay\.example\/s\/abc$/)
})
