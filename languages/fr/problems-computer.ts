/** Cet ordinateur, et le moteur qui y tourne. */
import type { ProblemWords } from '../problems.ts'

export const computerProblems: ProblemWords<
  | 'no-network'
  | 'settings-damaged'
  | 'journal-damaged'
  | 'data-unwritable'
  | 'disk-full'
  | 'port-forbidden'
  | 'port-taken'
  | 'engine-running'
  | 'engine-absent'
  | 'engine-newer'
  | 'settings-newer'
  | 'file-unreadable'
  | 'identity-damaged'
  | 'secrets-locked'
  | 'internal'
> = {
  'no-network': () => ({
    title: "Cet ordinateur n'a pas de réseau.",
    causes: ["Aucun câble n'est branché et aucun Wi-Fi n'est connecté.", "La box est éteinte, ou ne donne pas d'adresse à cet ordinateur."],
    consequence: 'Vos services restent configurés, mais personne ne peut y accéder.',
    steps: [
      'Branchez le câble ou rejoignez votre Wi-Fi.',
      "Si c'est déjà fait, redémarrez la box.",
      { text: "Porchlight s'en aperçoit et reprend tout seul.", action: 'check-now' },
    ],
  }),
  'settings-damaged': ({ keptAs }) => ({
    title: "Le fichier de réglages n'a pas pu être lu.",
    causes: [
      "Il est abîmé, peut-être à cause d'une coupure de courant pendant un enregistrement.",
      "Quelqu'un ou un autre programme l'a modifié.",
    ],
    consequence: `Porchlight a démarré avec ses réglages d'origine. Le fichier abîmé est conservé ici : ${keptAs}.`,
    steps: [
      { text: 'Si vous avez une sauvegarde du fichier, remettez-la en place et redémarrez Porchlight.', action: 'restart' },
      { text: 'Sinon, regardez vos services et rajoutez ce qui manque.', action: 'add-service' },
    ],
  }),
  'journal-damaged': ({ keptAs }) => ({
    title: "La liste des règles posées sur votre box n'a pas pu être lue.",
    cause: "Le fichier est abîmé, peut-être à cause d'une coupure de courant pendant un enregistrement.",
    consequence: `Une règle créée auparavant par Porchlight peut rester sur la box. Le fichier abîmé est conservé ici : ${keptAs}.`,
    steps: [
      "Patientez : ces règles expirent d'elles-mêmes, le plus souvent en moins d'une demi-heure.",
      { text: "Si l'une d'elles, nommée Porchlight, reste plus longtemps, supprimez-la sur la box.", action: 'open-guide' },
    ],
  }),
  'data-unwritable': ({ path, reason }) => ({
    title: 'Porchlight ne peut pas enregistrer ses réglages.',
    cause: `L'écriture dans ${path} a échoué : ${reason}.`,
    consequence: 'Pour ne rien perdre, Porchlight ne démarre pas sans endroit où garder ses réglages.',
    steps: ["Donnez à votre compte le droit d'écrire dans ce dossier.", 'Ou choisissez un autre dossier avec --data.'],
  }),
  'disk-full': ({ path }) => ({
    title: 'Le disque est plein.',
    cause: `Il n'y a plus de place pour ${path}.`,
    consequence: 'Porchlight ne peut pas enregistrer de changement. Ce qui tourne déjà continue.',
    steps: [
      'Libérez de la place sur ce disque : supprimez ou déplacez ce qui ne vous sert plus.',
      { text: "Refaites ensuite ce qui n'a pas pu être enregistré.", action: 'check-now' },
    ],
  }),
  'port-forbidden': ({ address }) => ({
    title: `Ce compte n'a pas le droit d'écouter sur ${address}.`,
    cause: "Les ports inférieurs à 1024 sont réservés à l'administrateur de l'ordinateur.",
    consequence: "Porchlight n'a pas démarré.",
    steps: [
      'Choisissez un port supérieur à 1023.',
      "Ou lancez Porchlight en tant qu'administrateur, ou demandez à votre système de lui céder le port.",
    ],
  }),
  'port-taken': ({ address }) => ({
    title: `Un autre programme occupe déjà ${address}.`,
    cause: 'Un seul programme à la fois peut écouter à cet endroit.',
    consequence: 'Porchlight ne peut pas démarrer à cette adresse.',
    steps: ["Arrêtez l'autre programme.", 'Ou choisissez une autre adresse et relancez Porchlight.'],
  }),
  'engine-running': ({ data }) => ({
    title: 'Porchlight tourne déjà.',
    cause: `Un autre Porchlight utilise le dossier ${data}.`,
    consequence: "Un second gênerait le premier : il n'a donc pas démarré. Le premier continue.",
    steps: ['Utilisez celui qui tourne.', 'Pour un second, indépendant, choisissez un autre dossier avec --data.'],
  }),
  'engine-absent': ({ data }) => ({
    title: 'Porchlight ne tourne pas.',
    causes: [`Il n'a pas été lancé : rien ne répond pour le dossier ${data}.`, 'Il tourne avec un autre dossier.'],
    consequence: 'Vos services ne sont pas accessibles, et rien ne peut être modifié.',
    steps: [
      'Ouvrez Porchlight, ou lancez-le avec : porchlight run.',
      "S'il tourne avec un autre dossier, indiquez ce dossier avec --data.",
    ],
  }),
  'engine-newer': ({ ours, theirs }) => ({
    title: 'Porchlight a été mis à jour pendant que cette partie restait ouverte.',
    cause: `Le Porchlight qui tourne parle la version ${theirs}, et cette partie parle la version ${ours}.`,
    consequence: 'Ils ne se comprennent pas. Vos services, eux, continuent comme avant.',
    remedy: 'Fermez cette partie et rouvrez-la.',
  }),
  'settings-newer': ({ ours, theirs }) => ({
    title: "Les réglages viennent d'un Porchlight plus récent.",
    cause: `Ils sont en version ${theirs}, et ce Porchlight lit la version ${ours}.`,
    consequence: "Porchlight n'a pas démarré, et les réglages sont intacts.",
    steps: ['Lancez le Porchlight le plus récent.', 'Ou indiquez un autre dossier avec --data.'],
  }),
  'file-unreadable': ({ path, reason }) => ({
    title: `Impossible de lire le fichier ${path}.`,
    cause: `Le système répond : ${reason}.`,
    consequence: "Porchlight n'a pas démarré.",
    steps: ['Vérifiez que le chemin est le bon.', 'Vérifiez que ce compte a le droit de lire le fichier, puis relancez.'],
  }),
  'identity-damaged': ({ path }) => ({
    title: 'La clé de cet ordinateur est abîmée.',
    cause: `Le fichier ${path} ne contient plus de clé.`,
    consequence: "Porchlight n'a pas démarré : avec une nouvelle clé, vos noms et vos liens ne seraient plus à personne.",
    steps: [
      'Remettez le fichier depuis une sauvegarde.',
      "S'il n'y en a pas, déplacez le fichier. Porchlight repartira de zéro, avec de nouveaux liens.",
    ],
  }),
  'secrets-locked': ({ path }) => ({
    title: 'Les clés de ce foyer sont verrouillées.',
    cause: `Le trousseau d'un compte ouvre ${path}, et seule l'application Porchlight peut le lui demander.`,
    consequence: "Rien n'a démarré, rien n'a été écrit, rien n'est perdu.",
    steps: [
      "Ouvrez la session du compte qui les a verrouillées, puis l'application Porchlight.",
      'Pour vous passer du trousseau, ôtez le verrou dans ses réglages.',
      'Si le trousseau est perdu pour de bon, importez le fichier scellé de ce foyer.',
    ],
  }),
  internal: ({ detail }) => ({
    title: "Quelque chose s'est mal passé dans Porchlight.",
    cause: `L'erreur vient de nous, pas de vous. Détail : ${detail}.`,
    consequence: "La dernière action n'a peut-être pas été faite. Vos autres services continuent.",
    steps: [
      'Réessayez une fois.',
      { text: 'Si cela se reproduit, redémarrez Porchlight.', action: 'restart' },
      { text: "Si cela ne suffit pas, envoyez-nous ce qu'il dit de lui-même.", action: 'support-bundle' },
    ],
  }),
}
