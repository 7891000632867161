import type { AccessAdvice, PresetFacts, Setting } from '../../protocol/model/preset.ts'

export const presets = {
  names: { web: 'Un autre site web', minecraft: 'Minecraft (Java)', 'minecraft-bedrock': 'Minecraft (Bedrock)' } as Readonly<
    Record<string, string>
  >,
  advice: {
    open: "Fait pour quiconque connaît l'adresse : donnez-la à qui vous voulez.",
    'own-login': 'Sa propre page de connexion est assez solide pour faire face à internet. Donnez-y à chacun un bon mot de passe.',
    link: "Mieux vaut ne pas l'ouvrir à tous : laissez entrer seulement ceux qui ont un lien.",
    'home-only':
      'Mieux vaut le garder chez vous : qui entre ici commande tout ce qui se trouve derrière. Au besoin, laissez entrer seulement ceux qui ont un lien.',
  } satisfies Record<AccessAdvice, string>,
  login: {
    own: 'demande ses propres identifiants',
    optional: 'peut demander ses propres identifiants, si ce réglage est actif',
    none: 'ne demande aucun identifiant',
  } satisfies Record<PresetFacts['login'], string>,
  need: {
    'trusted-proxy': (where: string) => `Dites-lui que Porchlight peut lui transmettre des visiteurs : ${where}.`,
    'trusted-name': (where: string) => `Indiquez-lui le nom public : ${where}.`,
    'public-address': (where: string) => `Indiquez-lui son adresse publique : ${where}.`,
    'listen-address': (where: string) => `Faites-le répondre à tous les noms et sur toutes ses adresses : ${where}.`,
  } satisfies Record<Setting['need'], (where: string) => string>,
  basePath: {
    'root-only': () => 'Il lui faut un nom à lui seul : il ne fonctionne pas sous un chemin comme /photos/.',
    setting: (where: string) =>
      `Sous un chemin comme /photos/, il ne fonctionne qu'une fois ce chemin indiqué dans ses propres réglages${where && ` : ${where}`}.`,
    'own-path': (paths: string) => `Il peut partager un nom avec d'autres, car il répond sous un chemin à lui : ${paths}.`,
    'relative-links': () => 'Sous un chemin comme /photos/, il fonctionne si aucun de ses liens ne commence par une barre oblique.',
    undocumented: () => "Rien n'a été trouvé dans sa documentation sur un chemin comme /photos/ : donnez-lui un nom à lui seul.",
  } satisfies Record<NonNullable<PresetFacts['basePath']>, (at: string) => string>,
  defaultLogin: (user: string, password: string) => `Une installation neuve accepte ${user}/${password} : changez d'abord ce mot de passe.`,
  uploads: (gigabytes: string) => `On y envoie de gros fichiers : jusqu'à ${gigabytes} Go.`,
  otherPorts: (ports: string) => `Il utilise aussi ${ports} ; ajoutez-le comme un service à part si vous en avez besoin.`,
  usual: (target: string) => `D'ordinaire à ${target}`,
  sources: (day: string) => `Sources, lues le ${day} :`,
}
