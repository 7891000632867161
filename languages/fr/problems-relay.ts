/** Le relais : ce qui empêche de l'atteindre, et ce qu'il fait pour vous. */
import type { ProblemWords } from '../problems.ts'
import { moment } from './times.ts'

export const relayProblems: ProblemWords<
  | 'no-relay'
  | 'relay-unreachable'
  | 'relay-cannot-look'
  | 'relay-blocked'
  | 'proxy-refused'
  | 'relay-untrusted'
  | 'relay-changed'
  | 'tls-inspected'
  | 'relay-older'
  | 'relay-newer'
  | 'relay-never-run'
  | 'device-unknown'
  | 'relay-busy'
  | 'relay-suspended'
  | 'relay-suspends'
  | 'relay-no-port'
  | 'relay-far-for-music'
> = {
  'no-relay': () => ({
    title: "Aucun relais n'a encore été rejoint.",
    cause: "Un relais est un serveur sur internet, qui donne leur nom à vos services et les vérifie de l'extérieur.",
    consequence: "Vos services n'ont pas encore de lien, et personne ne peut vérifier s'ils sont accessibles.",
    steps: [
      "Procurez-vous un code de relais : auprès de quelqu'un qui tient un relais, ou de votre propre relais sur un serveur loué.",
      { text: 'Collez-le ici.', action: 'join-relay' },
    ],
  }),
  'relay-unreachable': ({ relay, reason }) => ({
    title: 'Le relais ne répond pas.',
    causes: [
      `Le relais est peut-être arrêté ou en train de redémarrer : ${relay} est injoignable, car ${reason}.`,
      'Votre connexion internet est peut-être perturbée.',
    ],
    consequence:
      "Rien ne peut être vérifié de l'extérieur pour l'instant. Les visiteurs qui arrivent directement chez vous entrent toujours.",
    steps: [
      { text: 'Patientez un peu : Porchlight réessaie tout seul.', action: 'check-now' },
      "Si d'autres sites échouent aussi, regardez votre connexion internet.",
      "S'ils fonctionnent, prévenez la personne qui tient le relais.",
    ],
  }),
  'relay-cannot-look': ({ relay }) => ({
    title: "Le relais n'arrive pas à vérifier de l'extérieur.",
    causes: [
      `${relay} n'atteint pas sa propre adresse sur internet : un pare-feu, son routeur ou son hébergeur lui barre peut-être la route.`,
      "Ou bien il n'atteint pas le témoin que lui a désigné la personne qui le tient.",
    ],
    consequence: 'Personne ne sait si vos visiteurs arrivent chez vous. Porchlight le dit, plutôt que de deviner.',
    steps: [
      `Demandez à la personne qui tient ${relay} d'y jeter un œil : « porchlight-relay check » y dit ce qui manque.`,
      { text: 'Dès que le relais voit de nouveau, Porchlight vérifie tout seul.', action: 'check-now' },
    ],
  }),
  'relay-blocked': ({ relay, port }) => ({
    title: 'Ce réseau ne laisse pas sortir Porchlight.',
    causes: [
      `Un pare-feu ou un filtre de ce réseau bloque le port ${port} : ${relay} fonctionne, mais n'est pas joignable d'ici.`,
      "C'est un réseau public, qui demande d'abord de s'identifier.",
    ],
    consequence: "D'ici, vos liens ne fonctionnent pas, et rien ne peut être vérifié de l'extérieur.",
    steps: [
      "Si ce réseau a une page d'accueil, ouvrez un site quelconque et identifiez-vous.",
      `Demandez à la personne qui gère ce réseau d'autoriser les connexions TCP sortantes vers ${relay}, port ${port}.`,
      { text: "S'il y a un proxy web, indiquez-le dans les réglages du système. Porchlight l'utilisera tout seul.", action: 'check-now' },
    ],
  }),
  'proxy-refused': ({ relay, address, reason }) => ({
    title: 'Le proxy web ne laisse pas passer Porchlight.',
    cause: `Rien d'autre ne mène hors de ce réseau, et le proxy ${address} refuse le chemin vers ${relay} : ${reason}.`,
    consequence: "D'ici, vos liens ne fonctionnent pas, et rien ne peut être vérifié de l'extérieur.",
    steps: [
      `Demandez à la personne qui gère ce réseau de laisser passer par le proxy les connexions vers ${relay} (« CONNECT », dans son langage).`,
      {
        text: "S'il exige un nom et un mot de passe, mettez-les dans l'adresse que contient HTTPS_PROXY, puis redémarrez Porchlight.",
        action: 'restart',
      },
    ],
  }),
  'relay-untrusted': ({ relay, reason }) => ({
    title: "Le relais n'a pas pu prouver son identité.",
    causes: [
      `La connexion avec ${relay} n'est pas sûre : ${reason}.`,
      'La date de cet ordinateur est peut-être fausse : toute preuve lui semble alors périmée.',
    ],
    consequence: "Porchlight ne l'utilise pas, pour que personne ne puisse écouter.",
    steps: [
      "Vérifiez la date et l'heure de cet ordinateur.",
      { text: "Vérifiez l'adresse du relais.", action: 'join-relay' },
      { text: 'Si tout est juste, prévenez la personne qui tient le relais.', action: 'check-now' },
    ],
  }),
  'relay-changed': ({ relay }) => ({
    title: "Ce n'est pas le relais que vous aviez rejoint.",
    causes: [`Il a été réinstallé : ${relay} répond avec une autre identité.`, "Ou quelqu'un a pris sa place."],
    consequence: "Porchlight ne l'utilise pas, pour que personne ne s'empare de vos liens.",
    steps: [
      "Demandez à la personne qui tient le relais s'il a été réinstallé.",
      { text: 'Si oui, rejoignez-le avec un nouveau code de relais.', action: 'join-relay' },
      'Sinon, passez par un autre réseau ou un autre relais.',
    ],
  }),
  'tls-inspected': ({ relay }) => ({
    title: 'Quelque chose en chemin ouvre vos connexions chiffrées.',
    causes: [
      `Un antivirus sur cet ordinateur lit ce qui part vers ${relay}.`,
      "C'est peut-être un contrôle parental, dans la box.",
      "C'est peut-être un réseau d'entreprise.",
    ],
    consequence: "Porchlight n'utilise pas une telle connexion, car vos liens pourraient être lus en chemin.",
    steps: [
      "Ajoutez une exception pour le relais dans l'antivirus ou le filtre (cherchez « analyse HTTPS »).",
      { text: 'Ou passez par un autre réseau.', action: 'check-now' },
    ],
  }),
  'relay-older': ({ relay, ours, theirs }) => ({
    title: "Le relais a besoin d'une mise à jour.",
    cause: `${relay} parle la version ${theirs}, et ce Porchlight parle la version ${ours}.`,
    consequence: 'Ils ne se comprennent pas : ce relais est inutilisable pour le moment.',
    steps: [
      'Demandez à la personne qui tient le relais de le mettre à jour.',
      { text: 'Porchlight se connectera ensuite tout seul.', action: 'check-now' },
    ],
  }),
  'relay-newer': ({ relay, ours, theirs }) => ({
    title: "Porchlight a besoin d'une mise à jour.",
    cause: `${relay} parle la version ${theirs}, et ce Porchlight ne parle que la version ${ours}.`,
    consequence: 'Ils ne se comprennent pas : ce relais est inutilisable pour le moment.',
    remedy: 'Installez le dernier Porchlight. Vos services et vos liens sont conservés.',
  }),
  'relay-never-run': ({ data }) => ({
    title: `Aucun relais n'a encore fonctionné dans ${data}.`,
    cause: "Un code de relais dit où se trouve le relais, et cela ne se sait qu'une fois qu'il a fonctionné.",
    consequence: "Aucun code n'a été créé.",
    remedy: 'Démarrez le relais une première fois, puis demandez un code avec le même --data.',
  }),
  'device-unknown': ({ name }) => ({
    title: `Aucun appareil ne s'appelle ${name} ici.`,
    cause: "Le nom comporte une faute de frappe, ou l'appareil a quitté ce relais.",
    consequence: "Rien n'a été modifié.",
    remedy: 'Cherchez le nom avec la commande « devices » du relais, puis réessayez.',
  }),
  'relay-busy': ({ relay }) => ({
    title: 'Le relais est très occupé.',
    cause: `${relay} fait en ce moment tout ce qu'il peut.`,
    consequence:
      'Vos liens peuvent être lents ou attendre un instant. Les visiteurs qui arrivent directement chez vous ne remarquent rien.',
    steps: [
      { text: 'Rien à faire : Porchlight réessaie tout seul.', action: 'check-now' },
      'Si cela dure, prévenez la personne qui tient le relais.',
    ],
  }),
  'relay-suspended': ({ relay }) => ({
    title: 'Le relais a suspendu cet appareil.',
    cause: `La personne qui tient ${relay} lui a coupé l'accès.`,
    consequence: "Vos liens ne fonctionnent pas, et rien n'est vérifié de l'extérieur.",
    steps: [
      'Demandez-lui pourquoi.',
      { text: 'Dès que la suspension est levée, Porchlight se reconnecte tout seul.', action: 'check-now' },
      { text: 'Ou rejoignez un autre relais.', action: 'join-relay' },
    ],
  }),
  'relay-suspends': ({ relay, until }) => ({
    title: `Le relais suspendra cet appareil le ${moment(until)}.`,
    cause: `La personne qui tient ${relay} a fixé cette date.`,
    consequence: "À partir de ce moment, vos liens ne fonctionneront plus et rien ne sera vérifié de l'extérieur. D'ici là, tout continue.",
    steps: ['Demandez-lui pourquoi avant cette date.', { text: 'Ou rejoignez un autre relais à temps.', action: 'join-relay' }],
  }),
  'relay-no-port': ({ service, relay }) => ({
    title: `${service} n'est accessible que directement.`,
    causes: [
      `Les ports de ${relay}, ou la part qui vous revient, sont tous pris. Ce qui n'est pas un site doit y avoir le sien.`,
      "Sa version, trop ancienne, n'en donne pas.",
    ],
    consequence: `${service} a besoin d'un passage ouvert sur votre box ; sans lui, les visiteurs n'y accèdent pas.`,
    steps: [
      {
        text: "Activez l'UPnP sur votre box : Porchlight peut alors ouvrir le passage, et se passe d'un port du relais.",
        action: 'open-guide',
      },
      'Ou retirez un service de ce genre qui ne sert plus.',
      "Ou demandez d'autres ports à la personne qui tient le relais.",
    ],
  }),
  'relay-far-for-music': ({ service, relay, delayMs }) => ({
    title: `${service} fait un grand détour pour de la musique.`,
    cause: `Ce service passe par ${relay}, et l'aller-retour jusque-là prend ${delayMs} ms (millièmes de seconde).`,
    consequence:
      "Difficile de jouer ensemble quand chacun entend les autres en retard. Au-delà d'une cinquantaine de ms, la plupart des groupes décrochent.",
    steps: [
      { text: "Activez l'UPnP sur votre box : Porchlight peut alors ouvrir le passage direct.", action: 'open-guide' },
      { text: "Si ce n'est pas possible, choisissez un relais plus proche de chez vous.", action: 'join-relay' },
    ],
  }),
}
