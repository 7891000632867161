/** Every word that the engine says of what it does: how much it matters, and what it is about. A word is for ever: scripts match on it. Its sentence
 *  stands in `languages/`. */
import type { LogLevel, LogSubject } from './log.ts'

type About = readonly [level: LogLevel, subject: LogSubject]

export const LOG_EVENTS = {
  // This engine and its files
  started: ['info', 'engine'],
  stopped: ['info', 'engine'],
  fault: ['error', 'engine'],
  sleep: ['info', 'engine'],
  'not-saved': ['error', 'engine'],
  saved: ['info', 'engine'],
  'settings-unwritten': ['error', 'engine'],
  'history-damaged': ['warning', 'engine'],
  'data-unwritable': ['error', 'engine'],
  'disk-full': ['error', 'engine'],
  // What is wrong, and what is not any more; its level is the problem's own
  'problem-found': ['warning', 'engine'],
  'problem-over': ['info', 'engine'],

  // Services
  'service-direct': ['info', 'service'],
  'service-relayed': ['info', 'service'],
  'service-at-home': ['info', 'service'],
  'service-unreachable': ['error', 'service'],
  'service-unknown': ['warning', 'service'],
  'service-paused': ['info', 'service'],
  'service-asleep': ['info', 'service'],
  'service-off': ['info', 'service'],
  'service-gone': ['info', 'service'],
  'way-changed': ['info', 'service'],
  'target-moved': ['warning', 'service'],
  'default-login-tried': ['info', 'service'],

  // The line and the router
  'address-changed': ['info', 'network'],
  'port-tried': ['info', 'network'],
  'port-not-tried': ['warning', 'network'],
  'gateway-found': ['info', 'router'],
  'upstream-found': ['info', 'router'],
  'router-restarted': ['warning', 'router'],
  'router-notice': ['info', 'router'],
  'router-name-failed': ['warning', 'router'],
  'router-asked': ['info', 'router'],
  'rule-opened': ['info', 'router'],
  'rule-removed': ['info', 'router'],
  'rule-refused': ['warning', 'router'],
  'rule-not-noted': ['error', 'router'],
  'rule-stuck': ['warning', 'router'],

  // The relay, and what outsiders see
  'relay-connected': ['info', 'relay'],
  'relay-changed': ['warning', 'relay'],
  'relay-transport': ['info', 'relay'],
  'relay-notice': ['info', 'relay'],
  'relay-lost': ['warning', 'relay'],
  'relay-refused': ['error', 'relay'],
  'alerts-not-told': ['warning', 'relay'],
  probed: ['info', 'outside'],
  'probe-failed': ['warning', 'outside'],
  'not-seen': ['warning', 'outside'],

  // Names
  'publish-failed': ['warning', 'names'],
  renamed: ['info', 'names'],
  'rename-refused': ['warning', 'names'],
  'release-untold': ['warning', 'names'],
  'claim-failed': ['warning', 'names'],
  'name-sent': ['info', 'names'],
  'name-not-sent': ['warning', 'names'],
  'names-unreadable': ['error', 'names'],

  // Certificates
  'certificate-obtained': ['info', 'certificate'],
  'certificate-loaded': ['info', 'certificate'],
  'certificate-failed': ['error', 'certificate'],
  'certificate-files': ['warning', 'certificate'],
  'certificate-ignored': ['warning', 'certificate'],
  'certificate-rehearsed-first': ['info', 'certificate'],
  'certificate-trial': ['info', 'certificate'],
  'certificate-log-unread': ['warning', 'certificate'],
  'renewal-info-unread': ['warning', 'certificate'],
  'issuance-not-set': ['warning', 'certificate'],
  'own-keys-unreadable': ['error', 'certificate'],
  'foreign-certificate': ['error', 'certificate'],
  'unknown-certificate': ['error', 'certificate'],
  'challenge-cleared': ['info', 'certificate'],
  'challenge-left': ['warning', 'certificate'],

  // Visitors
  banned: ['warning', 'visitors'],
  'let-in': ['info', 'visitors'],
} as const satisfies Record<string, About>

export type LogEvent = keyof typeof LOG_EVENTS

/** What is told of it on one line; every fact that has a name here is text. */
export type Facts = Readonly<Record<string, string>>
