import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { cloudInit, setupCommand } from '../../protocol/cloud-init.ts'
import { UsageError } from '../command-line/command.ts'
import { readCommandLine } from '../command-line/commands.ts'

const SOURCE = { url: 'https://files.example/relay.tar.gz?token=a%20b&x=1', sha256: 'ab'.repeat(32) }

test('a text that cloud-init takes, with a script that a shell takes', () => {
  const text = cloudInit({ ...SOURCE, flags: ['--domain', 'relay.example', '--open'] })
  assert.match(text, /^#cloud-config\n/)
  const { write_files: files, runcmd } = JSON.parse(text.slice(text.indexOf('\n')))
  assert.deepEqual(runcmd, [[files[0].path]])
  const { content } = files[0]
  assert.ok(content.startsWith('#!/bin/sh\n'))
  for (const part of [`'${SOURCE.url}'`, SOURCE.sha256, "flags='--domain relay.example --open'"]) assert.ok(content.includes(part), part)
  if (process.platform !== 'win32') assert.equal(spawnSync('sh', ['-n'], { input: content, encoding: 'utf8' }).stderr, '')
})

test('the same for a server that is there already: one command, which a shell takes', () => {
  const command = setupCommand({ ...SOURCE, flags: ['--domain', 'relay.example'] })
  assert.match(command, /^sudo sh -s <<'PORCHLIGHT'\n#!\/bin\/sh\n[\s\S]*\nPORCHLIGHT\n$/)
  assert.equal(command.split('PORCHLIGHT').length, 3)
  if (process.platform !== 'win32') assert.equal(spawnSync('sh', ['-n'], { input: command, encoding: 'utf8' }).stderr, '')
  assert.throws(() => setupCommand({ ...SOURCE, flags: ['--domain', '$(id)'] }), RangeError)
})

test('nothing gets out of its quotes', () => {
  for (const strange of ["'", '"', '$(id)', '`id`', 'a b', 'a;b', 'a\nb', ''])
    assert.throws(() => cloudInit({ ...SOURCE, flags: ['--domain', strange] }), RangeError, strange)
  for (const url of ["https://a.example/'", 'http://a.example/', 'https://a.example/ b', 'https://a.example/\n'])
    assert.throws(() => cloudInit({ ...SOURCE, url, flags: [] }), RangeError, url)
  for (const sha256 of ['', 'AB'.repeat(32), 'ab'.repeat(31)]) assert.throws(() => cloudInit({ ...SOURCE, sha256, flags: [] }), RangeError)
})

test('the command takes the flags of run and refuses what run would refuse', () => {
  const line = ['cloud-init', '--url', SOURCE.url, '--sha256', SOURCE.sha256]
  assert.ok(readCommandLine([...line, '--domain', 'relay.example']) !== 'help')
  const refused: [more: string[], message: RegExp][] = [
    [[], /--domain/],
    [['--domain', 'relay.example', '--public-ports', 'many'], /--public-ports/],
    [['--domain', 'relay.example', '--tls-cert', 'a b', '--tls-key', 'k'], /"a b"/],
    [['--domain', 'relay.example', '--url', 'ftp://a.example'], /--url/],
    [['--domain', 'relay.example', '--sha256', 'short'], /--sha256/],
  ]
  for (const [more, message] of refused)
    assert.throws(
      () => readCommandLine([...line, ...more]),
      (error: Error) => error instanceof UsageError && message.test(error.message),
      more.join(' '),
    )
})
