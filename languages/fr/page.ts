import type { Words } from '../index.ts'

export const page: Words['page'] = {
  title: 'Porchlight',
  tagline: "Vos services à la maison, accessibles de l'extérieur",
  languageLabel: 'Langue',
  starting: 'Recherche de Porchlight sur cet ordinateur…',

  lost: {
    title: 'La connexion avec Porchlight est perdue.',
    text: "Cette page se reconnecte d'elle-même dès que Porchlight répond.",
    stale: "Cette page ne connaît pas l'état actuel. Vous voyez ci-dessous le dernier qu'elle a vu.",
    retry: 'Essayer maintenant',
  },
  refused: {
    title: "Cette page n'est plus autorisée.",
    text: 'Rouvrez Porchlight depuis son icône, ou lancez « porchlight status » pour obtenir une nouvelle adresse de cette page.',
  },

  light: {
    label: 'État de vos services',
    count: (good, all) => `${good} service${good < 2 ? '' : 's'} accessible${good < 2 ? '' : 's'} sur ${all}`,
    checkNow: 'Vérifier maintenant',
    checking: 'Vérification…',
    checked: 'La vérification est terminée.',
  },

  chain: {
    label: 'Le chemin entre chez vous et vos visiteurs',
    home: 'Chez vous',
    router: 'Votre box',
    relay: 'Le relais',
    visitors: 'Vos visiteurs',
    routerIs: { open: 'laisse entrer', closed: 'sortie seulement', unknown: 'pas encore connue' },
    delay: (ms) => `, ${ms} ms aller-retour`,
    relayIs: {
      carrying: 'transporte vos visiteurs',
      ready: 'connecté',
      connecting: 'connexion',
      closed: 'pas de connexion',
      none: 'aucun',
    },
    relayServes: 'sert en ce moment',
    relayBy: { websocket: ', par WebSocket', proxy: ', à travers un proxy' },
  },

  services: {
    heading: 'Vos services',
    home: 'Chez vous',
    publicAddress: 'Adresse publique',
    noAddress: "Attribuée dès qu'un relais est rejoint",
    way: 'Les visiteurs passent',
    onTheWay: 'En chemin',
    encrypted: 'Chiffré jusque dans cet ordinateur',
    watched: {
      own: " ; aucun certificat étranger pour ce nom n'a été trouvé",
      foreign: ' ; mais un certificat étranger pour ce nom a été trouvé',
      unchecked: " ; pas vérifié s'il existe un certificat étranger pour ce nom",
      off: ' ; les registres publics de certificats ne sont pas consultés',
    },
    readable: 'Lisible par qui le transmet, sauf si le programme chiffre lui-même, comme SSH',
    proven: "Dernière preuve de l'extérieur",
    neverProven: 'Pas encore',
    copyLink: 'Copier le lien de partage',
    copyAddress: "Copier l'adresse",
    copied: 'Copié',
    linkCopied: (name) => `Le lien de partage de ${name} est dans le presse-papiers.`,
    addressCopied: (name) => `L'adresse de ${name} est dans le presse-papiers.`,
    copyFailed: "Le navigateur n'a pas permis la copie. Sélectionnez le lien et copiez-le à la main :",
    open: 'Ouvrir',
    pause: 'Pause',
    resume: 'Reprendre',
    remove: 'Retirer',
    of: (name) => `(${name})`,
    paused: (name) => `${name} est en pause.`,
    resumed: (name) => `${name} est de nouveau en ligne.`,
    removed: (name) => `${name} a été retiré.`,
    added: (name) => `${name} a été ajouté.`,
    removeQuestion: (name) => `Retirer ${name} ?`,
    removeDetail: "Son lien cessera de fonctionner pour tous ceux qui l'ont reçu. Le service lui-même continue chez vous, intact.",
    keep: 'Le garder',
  },

  problems: {
    cause: 'Pourquoi',
    consequence: 'Ce que cela change',
    remedy: 'Que faire',
    severity: { critical: 'Important', warning: 'Attention', info: 'Note' },
    more: (count) => (count === 1 ? 'Une autre remarque' : `${count} autres remarques`),
  },

  add: {
    heading: 'Ajouter un service',
    name: 'Nom',
    nameHelp: "Des minuscules, des chiffres et des tirets. Il fera partie de l'adresse.",
    nameMissing: 'Donnez-lui un nom, par exemple jeedom.',
    target: 'Adresse chez vous',
    targetHelp: 'Celle que vous ouvrez chez vous, par exemple http://192.168.1.20:8080',
    targetMissing: "Saisissez l'adresse, par exemple http://192.168.1.20:8080.",
    submit: 'Ajouter le service',
    busy: 'Ajout en cours…',
  },

  join: {
    heading: 'Avez-vous un code de relais ?',
    text: "Un relais donne leurs liens à vos services et les vérifie de l'extérieur. Son code est un seul long mot, ou un lien qui le contient.",
    label: 'Code de relais',
    missing: "Collez d'abord le code de relais.",
    submit: 'Rejoindre le relais',
    busy: 'Connexion au relais…',
    joined: 'Le relais a accepté cet appareil.',
  },

  relays: {
    heading: 'Vos relais',
    leave: 'Quitter',
    left: (relay) => `Vous avez quitté ${relay}.`,
    leaveQuestion: (relay) => `Quitter ${relay}, votre seul relais ?`,
    leaveDetail:
      "Tous les liens vers vos services cesseront de fonctionner tant qu'aucun relais n'est rejoint, et il faudra peut-être un nouveau code.",
    stay: 'Rester',
  },

  noAnswer: {
    title: "Porchlight n'a pas répondu à temps.",
    remedy: "L'action a pu aboutir malgré tout : regardez la page, puis réessayez.",
  },
}
