/** Licorn, which looks after the users and shares of a school or an office. */
import type { Preset } from './preset.ts'

export const licorn: Preset = {
  id: 'licorn',
  name: 'Licorn',
  icon: 'school',
  kind: 'https',
  port: 3356,
  recognise: { http: [{ path: '/', text: 'licorn' }] },
  advice: 'link',
  // The computer's own users, those of the group licorn-wmi: no new installation has one that is known.
  login: 'own',
  // None of the settings that its documentation lists.
  basePath: 'undocumented',
  sources: ['https://github.com/Karmak23/licorn/blob/master/docs/configuration.en.rst'],
  readOn: '2026-11-22',
}
