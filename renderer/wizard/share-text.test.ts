import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LANGUAGES } from '../../languages/index.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { jamulus, service } from '../../test/fakes/snapshots.ts'
import { shareText } from './share-text.ts'

const told = (of: Partial<ServiceView>, address: string, language: 'en' | 'fr' = 'en'): string =>
  shareText({ ...jamulus, shareLink: 'https://relay.example/s/abc', ...of }, address, LANGUAGES[language])

test('what is sent along speaks the program’s own language', () => {
  const address = 'jamulus.maison-dupont.relay.example:22124'
  assert.equal(told({ preset: 'jamulus' }, address), `Let's play! In Jamulus, click Connect and paste this address: ${address}`)
  assert.match(told({ preset: 'jamulus' }, address, 'fr'), /^On joue\u00a0\? Dans Jamulus, cliquez sur «\u00a0Se connecter\u00a0»/)
  assert.match(told({ preset: 'ssh' }, address), /ssh -p 22124 USER@jamulus\.maison-dupont\.relay\.example$/)
  assert.match(told({ preset: 'minecraft-bedrock' }, address), /address: jamulus\.maison-dupont\.relay\.example Port: 22124$/)
  assert.equal(told({ preset: null }, address), `The address of jamulus: ${address}`)
})

test('without a relay it is the bare address', () => {
  assert.match(told({ preset: 'valheim', publicAddress: null }, '203.0.113.7:2456'), /: 203\.0\.113\.7:2456$/)
  assert.match(told({ preset: 'mumble', publicAddress: null }, '203.0.113.7:64738'), /Address: 203\.0\.113\.7 Port: 64738$/)
})

test('a website is its link; one that lets in by link alone says to keep it', () => {
  const link = 'https://relay.example/s/abc'
  assert.equal(shareText(service(), link, LANGUAGES.en), `jeedom is here: ${link}`)
  assert.match(shareText(service({ access: 'link' }), link, LANGUAGES.en), /Keep it to yourself\.$/)
})

test('of a program that is no website and lets in by link, the link comes first', () => {
  assert.match(told({ preset: 'jamulus', access: 'link' }, 'x:1'), /^Open this link first;.*: https:\/\/relay\.example\/s\/abc$/)
})
