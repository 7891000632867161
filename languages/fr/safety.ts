import type { FindingCode, FindingFacts, Weight } from '../../protocol/finding.ts'
import type { Setting } from '../../protocol/model/preset.ts'
import { presets } from './presets.ts'

interface Told {
  readonly what: string
  readonly next: string
}

type FindingWords = { readonly [C in FindingCode]: (facts: FindingFacts<C>) => Told }

const NOTHING = "Il n'y a rien à faire."

const told = (need: string, where: string): string =>
  Object.hasOwn(presets.need, need) ? presets.need[need as Setting['need']](where) : `${where}.`

const findings: FindingWords = {
  'default-login': ({ program, user, password }) => ({
    what: `${program} accepte encore ${user}/${password}. Quiconque trouve l'adresse en deviendrait l'administrateur.`,
    next: `Changez ce mot de passe dans ${program} avant de partager, puis revérifiez.`,
  }),
  'no-login': ({ program }) => ({
    what: `${program} ouvre des pages réservées à ses utilisateurs sans demander d'identifiants à personne.`,
    next: `Activez la connexion par identifiants dans ${program}, ou laissez entrer seulement ceux qui ont un lien, puis revérifiez.`,
  }),
  unclaimed: ({ program }) => ({
    what: `${program} n'a pas encore de propriétaire : le premier qui l'ouvre peut se l'approprier.`,
    next: `Ouvrez ${program} chez vous, terminez son installation, puis revérifiez.`,
  }),
  'login-form-in-clear': ({ address }) => ({
    what: `Sa page de connexion envoie le mot de passe à ${address} sans le chiffrer : on pourrait le lire en chemin.`,
    next: 'Indiquez dans le programme une adresse publique qui commence par https://, puis revérifiez.',
  }),
  'better-at-home': ({ program }) => ({
    what: `${program} commande tout ce qui se trouve derrière lui. Mieux vaut le garder chez soi : ses auteurs, ou la prudence, le conseillent.`,
    next: 'Si vous en avez besoin en déplacement, laissez entrer seulement ceux qui ont un lien, et ne donnez ce lien à personne.',
  }),
  'default-login-known': ({ program, user, password }) => ({
    what: `Une installation neuve de ${program} accepte ${user}/${password}. Est-ce encore le cas de la vôtre ? Personne ne l'a essayé.`,
    next: 'Faites-le essayer une fois, ou essayez vous-même ; si cela fonctionne, changez ce mot de passe.',
  }),
  'lists-files': () => ({
    what: 'Il montre la liste de ses fichiers : les visiteurs peuvent tous les ouvrir, même ceux vers lesquels rien ne mène.',
    next: "Si ce n'est pas voulu, désactivez ces listes dans le programme, ou laissez entrer seulement ceux qui ont un lien.",
  }),
  'no-login-seen': () => ({
    what: "Nous n'avons pas vu de demande d'identifiants. Quiconque a l'adresse voit ce que vous voyez chez vous.",
    next: "Si ce n'est pas pour tout le monde, laissez entrer seulement ceux qui ont un lien.",
  }),
  'better-by-link': ({ program }) => ({
    what: `${program} est mieux protégé quand le premier venu ne peut pas tenter d'y entrer.`,
    next: 'Laissez entrer seulement ceux qui ont un lien.',
  }),
  'login-in-clear-at-home': () => ({
    what: 'Par Porchlight, le mot de passe voyage chiffré. Chez vous, non : les appareils de votre réseau pourraient le lire.',
    next: "Chez vous aussi, utilisez l'adresse que donne Porchlight, ou activez https dans le programme.",
  }),
  'default-login-unclear': ({ user, password }) => ({
    what: `${user}/${password} a été essayé une fois, et la réponse ne disait ni oui ni non.`,
    next: 'Essayez vous-même de vous connecter ainsi ; si cela fonctionne, changez ce mot de passe.',
  }),
  'default-login-refused': ({ user, password }) => ({ what: `Il n'accepte pas ${user}/${password}.`, next: NOTHING }),
  'asks-login': () => ({ what: 'Il demande des identifiants.', next: NOTHING }),

  'no-answer': ({ target }) => ({
    what: `Personne ne répond à ${target}.`,
    next: "Démarrez le programme, et vérifiez l'adresse et le port en les ouvrant chez vous.",
  }),
  'odd-answer': ({ target }) => ({
    what: `Ce qui répond à ${target} n'est pas un site web.`,
    next: "Vérifiez le port. Si le programme n'est pas un site web, retirez le service et ajoutez-le avec tcp://.",
  }),
  'certificate-unaccepted': ({ target }) => ({
    what: `${target} montre un certificat qu'aucune autorité ne garantit, et que vous n'avez pas accepté.`,
    next: "Si c'est bien votre machine, acceptez son certificat ; on la regardera alors de nouveau.",
  }),
  'speaks-https': ({ target }) => ({
    what: 'Il parle https à cette adresse, et on lui a parlé http.',
    next: `Retirez le service et ajoutez-le sous l'adresse ${target}.`,
  }),
  'not-as-expected': ({ program, target }) => ({
    what: `Quelque chose répond à ${target}, mais cela ne ressemble pas à ${program}.`,
    next: "Vérifiez l'adresse et le port ; un autre programme les occupe peut-être.",
  }),
  'not-well': ({ program, status }) => ({
    what: `${program} répond, mais dit qu'il ne va pas bien (${status}).`,
    next: "Ouvrez-le chez vous pour voir s'il y fonctionne ; il est peut-être en train de démarrer, ou en maintenance.",
  }),
  'setting-missing': ({ program, need, where, name, ours }) => ({
    what: `${program} n'accepte pas encore les visiteurs qui passent par Porchlight (sous le nom ${name}, depuis ${ours}).`,
    next: `${told(need, where)} Le nom est ${name}, et Porchlight vient de ${ours}. Redémarrez ${program}, puis revérifiez.`,
  }),
  'refuses-proxy': ({ status, ours }) => ({
    what: `Il fonctionne chez vous, mais refuse ce qu'un proxy lui transmet (${status}).`,
    next: `Cherchez « proxys de confiance » (trusted proxies) dans ses réglages, ajoutez-y ${ours}, puis revérifiez.`,
  }),
  'refuses-name': ({ status, name }) => ({
    what: `Il fonctionne chez vous, mais refuse son nom public (${status}).`,
    next: `Cherchez les noms d'hôte autorisés dans ses réglages, ajoutez-y ${name}, puis revérifiez.`,
  }),
  'redirects-home': ({ address }) => ({
    what: `Il renvoie les visiteurs vers ${address}, qui n'existe que chez vous.`,
    next: 'Indiquez son adresse publique dans le programme, ou laissez ce réglage vide, puis revérifiez.',
  }),
  'redirects-to-http': () => ({
    what: 'Il renvoie vers http:// les visiteurs venus par https://, et ils tournent en rond.',
    next: 'Indiquez dans le programme une adresse publique qui commence par https://, ou faites-lui accepter le proxy, puis revérifiez.',
  }),
  'redirects-in-circles': () => ({
    what: 'Il fait tourner les visiteurs en rond.',
    next: 'Indiquez dans le programme une adresse publique qui commence par https://, ou faites-lui accepter le proxy, puis revérifiez.',
  }),
  'path-unknown': ({ path, status }) => ({
    what: `Il répond, mais n'a aucune page sous ${path} (${status}).`,
    next: `Indiquez ${path} comme chemin de base dans le programme. Ou retirez ce chemin, puis ajoutez-le comme un chemin que le service ne connaît pas.`,
  }),
  'leaves-path': ({ path, address }) => ({
    what: `Il renvoie les visiteurs vers ${address}, où ils tombent sur un autre service.`,
    next: `Indiquez ${path} comme chemin de base dans le programme. Ou retirez ce chemin, puis ajoutez-le comme un chemin que le service ne connaît pas.`,
  }),
  'redirects-elsewhere': ({ address }) => ({
    what: `Il renvoie les visiteurs vers ${address}.`,
    next: "Si c'est bien là qu'ils doivent aller, tout va bien ; sinon, indiquez son adresse publique dans le programme.",
  }),
  'setting-unseen': ({ program, need, where, name, ours }) => ({
    what: `D'ici, on ne peut pas voir ce que ${program} sait de Porchlight.`,
    next: `${told(need, where)} Le nom est ${name}, et Porchlight vient de ${ours}.`,
  }),
  'unseen-from-outside': () => ({
    what: "Il n'a pas encore de nom public : on l'a seulement regardé comme depuis chez vous.",
    next: "On le regardera de nouveau dès qu'un relais lui aura donné un nom.",
  }),
  'as-expected': ({ program }) => ({ what: `${program} répond.`, next: NOTHING }),
  answers: () => ({ what: 'Il répond.', next: NOTHING }),
}

export const safety = {
  of: (service: string) => `${service} : avant de partager`,
  behind: (path: string, what: string) => `${path}\u00a0: ${what}`,
  weight: { danger: 'Danger', warning: 'Attention', note: 'Remarque', fine: 'Bien' } satisfies Record<Weight, string>,
  summary: {
    danger: 'Lisez ceci avant de partager.',
    warning: 'Il y a quelque chose à revoir.',
    note: 'Tout va bien, à une remarque près.',
    fine: 'Tout va bien.',
  } satisfies Record<Weight, string>,
  checkedAt: (when: string) => `Vérifié ${when}`,
  next: 'Que faire',
  check: 'Revérifier',
  checking: 'Vérification…',
  checked: (service: string) => `${service} a été vérifié.`,
  open: "Voir ce qu'on a trouvé",
  close: 'Fermer',
  tryLogin: 'Essayer une fois les identifiants par défaut',
  tryQuestion: (program: string) => `Essayer les identifiants par défaut de ${program} ?`,
  tryDetail:
    'Porchlight se connecte une seule fois, comme le ferait un inconnu, et le note dans son journal. Il ne le fait jamais de lui-même.',
  keep: 'Non',
  copyQuestion: (service: string) => `Partager ${service} quand même ?`,
  copyAnyway: "J'ai lu, copier",
  copyNot: 'Pas encore',
  findings,
}
