import type { AccessAdvice, PresetFacts, Setting } from '../../protocol/model/preset.ts'

/** What we know of programs that many people run at home. */
export const presets = {
  /** Where a language has another word than the program itself. */
  names: { web: 'Any other website', minecraft: 'Minecraft (Java)', 'minecraft-bedrock': 'Minecraft (Bedrock)' } as Readonly<
    Record<string, string>
  >,
  advice: {
    open: 'Made for whoever knows the address: fine for everybody you give it to.',
    'own-login': 'It has a login of its own, good enough to stand in front of the internet. Give everybody a strong password there.',
    link: 'Better not for everybody: let in only who has a link.',
    'home-only': 'Better only at home: whoever gets in here controls everything behind it. If you must, let in only who has a link.',
  } satisfies Record<AccessAdvice, string>,
  login: {
    own: 'asks for a login of its own',
    optional: 'has a login of its own that may be switched off',
    none: 'has no login of its own',
  } satisfies Record<PresetFacts['login'], string>,
  need: {
    'trusted-proxy': (where: string) => `Tell it that Porchlight may pass visitors on: ${where}.`,
    'trusted-name': (where: string) => `Tell it the public name: ${where}.`,
    'public-address': (where: string) => `Tell it its public address: ${where}.`,
    'listen-address': (where: string) => `Let it answer to any name and from any address: ${where}.`,
  } satisfies Record<Setting['need'], (where: string) => string>,
  basePath: {
    'root-only': () => 'It needs a name of its own, and does not work below a path such as /photos/.',
    setting: (where: string) =>
      `Below a path such as /photos/ it works only once it has been told so in its own settings${where && `: ${where}`}.`,
    'own-path': (paths: string) => `It can share a name with others, because it answers below a path of its own: ${paths}.`,
    'relative-links': () => 'Below a path such as /photos/ it works where none of its own links begins with a slash.',
    undocumented: () => 'Nothing was found in its documentation on a path such as /photos/: give it a name of its own.',
  } satisfies Record<NonNullable<PresetFacts['basePath']>, (at: string) => string>,
  defaultLogin: (user: string, password: string) => `New installations accept ${user}/${password}: change that first.`,
  uploads: (gigabytes: string) => `People send it large files: up to ${gigabytes} GB.`,
  otherPorts: (ports: string) => `It also uses ${ports}; add that as a service of its own if you need it.`,
  usual: (target: string) => `Usually at ${target}`,
  sources: (day: string) => `Sources, read on ${day}:`,
}
