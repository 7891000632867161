import type { ProblemWords } from '../problems.ts'

/** Cet ordinateur, et le moteur qui y tourne. */
export const homeProblems: ProblemWords<
  | 'no-network'
  | 'settings-damaged'
  | 'journal-damaged'
  | 'data-unwritable'
  | 'disk-full'
  | 'port-taken'
  | 'port-forbidden'
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

/** Ce que vous avez saisi. */
export const addressProblems: ProblemWords<
  | 'name-invalid'
  | 'name-taken'
  | 'service-unknown'
  | 'services-full'
  | 'target-invalid'
  | 'target-forbidden'
  | 'preset-unknown'
  | 'preset-mismatch'
  | 'relay-address-invalid'
  | 'link-unknown'
  | 'links-full'
  | 'link-end-past'
  | 'link-needs-gate'
  | 'alias-needs-public'
  | 'gate-web-only'
  | 'password-unfit'
  | 'password-missing'
  | 'passwords-differ'
  | 'allowed-invalid'
  | 'allowed-missing'
  | 'not-admitted'
  | 'link-locked'
> = {
  'name-invalid': ({ name }) => ({
    title: `« ${name} » ne peut pas servir de nom.`,
    cause:
      "Le nom fait partie d'une adresse internet, qui n'accepte que des minuscules sans accent, des chiffres et des tirets entre deux.",
    consequence: "Le service n'a pas été ajouté.",
    steps: [
      { text: "Choisissez un nom comme jeedom, photos ou ma-musique : jusqu'à 40 minuscules, chiffres et tirets.", action: 'add-service' },
    ],
  }),
  'name-taken': ({ name }) => ({
    title: `Vous avez déjà un service appelé ${name}.`,
    cause: 'Chaque service a son propre nom, car ce nom fait partie de son adresse.',
    consequence: "Rien n'a été modifié.",
    steps: [{ text: 'Choisissez un autre nom.', action: 'add-service' }, `Ou retirez d'abord ${name}.`],
  }),
  'service-unknown': ({ name }) => ({
    title: `Aucun service ne s'appelle ${name}.`,
    cause: "Il a pu être retiré entre-temps, ou son nom s'écrit autrement.",
    consequence: "Rien n'a été modifié.",
    steps: [{ text: 'Regardez la liste de vos services et réessayez avec un nom qui y figure.', action: 'show-service' }],
  }),
  'services-full': ({ name }) => ({
    title: `Il n'y a plus de place pour ${name} : Porchlight garde 80 services au plus.`,
    cause: 'Ils sont tous annoncés au relais en un seul message, et ce message est plein.',
    consequence: "Le service n'a pas été ajouté ; les autres continuent comme avant.",
    steps: [{ text: "Retirez un service dont vous n'avez plus besoin, puis ajoutez celui-ci de nouveau.", action: 'show-service' }],
  }),
  'target-invalid': ({ target }) => ({
    title: `Porchlight ne peut pas utiliser l'adresse « ${target} ».`,
    cause: 'Il faut un type, une machine et un port, et rien derrière.',
    consequence: "Le service n'a pas été ajouté.",
    steps: [
      {
        text: "Écrivez-la comme http://192.168.1.20:8080. Pour autre chose qu'un site : tcp://192.168.1.20:22 ou udp://192.168.1.20:22124.",
        action: 'add-service',
      },
    ],
  }),
  'target-forbidden': ({ target, reason }) => ({
    title: `${target} ne peut pas être partagé.`,
    cause: `Cette adresse n'est pas permise : ${reason}.`,
    consequence: "Le service n'a pas été ajouté, pour votre sécurité.",
    steps: [
      {
        text: "Saisissez l'adresse d'un appareil de votre réseau domestique, par exemple http://192.168.1.20:8080.",
        action: 'add-service',
      },
    ],
  }),
  'preset-unknown': ({ name, detail }) => ({
    title: `Il n'existe pas de préréglage « ${name} ».`,
    cause: "Un préréglage dit à Porchlight quel programme se trouve là, et il n'en connaît que quelques-uns.",
    consequence: "Le service n'a pas été ajouté.",
    steps: [
      { text: `Choisissez parmi ceux-ci : ${detail}.`, action: 'add-service' },
      "Ou n'en indiquez aucun : le service fonctionnera tout de même.",
    ],
  }),
  'preset-mismatch': ({ name, target, detail }) => ({
    title: `Le préréglage « ${name} » ne convient pas à ${target}.`,
    cause: `Ce programme se joint à une adresse comme ${detail}.`,
    consequence: "Le service n'a pas été ajouté.",
    steps: [{ text: `Écrivez l'adresse comme ${detail}, ou n'indiquez pas de préréglage.`, action: 'add-service' }],
  }),
  'link-unknown': ({ service }) => ({
    title: `${service} n'a pas de lien de ce nom.`,
    cause: "Il a pu être révoqué entre-temps, ou son identifiant s'écrit autrement.",
    consequence: "Rien n'a été changé.",
    steps: [{ text: 'Regardez la liste de ses liens et réessayez avec un de ceux-là.', action: 'show-links' }],
  }),
  'links-full': ({ service }) => ({
    title: `Il n'y a plus de place pour un autre lien vers ${service}.`,
    cause: "Un service a 20 liens au plus, et tous les services ensemble 400, car le relais les apprend tous d'un seul message.",
    consequence: "Aucun lien n'a été créé ; les autres continuent comme avant.",
    steps: [{ text: "Révoquez un lien dont personne n'a plus besoin, puis créez le nouveau.", action: 'show-links' }],
  }),
  'link-end-past': ({ service }) => ({
    title: 'Un lien ne peut pas finir avant de commencer.',
    cause: 'La fin indiquée est déjà passée.',
    consequence: `Aucun lien vers ${service} n'a été créé.`,
    steps: [{ text: 'Choisissez un moment à venir.', action: 'show-links' }],
  }),
  'link-needs-gate': ({ service }) => ({
    title: `${service} est ouvert à tous : ses visiteurs ne peuvent pas être comptés.`,
    cause: "Seul un service qui s'ouvre uniquement par lien en demande un à ses visiteurs. Sinon, qui connaît l'adresse n'en a pas besoin.",
    consequence: "Aucun lien n'a été créé.",
    steps: [
      { text: `Réservez d'abord ${service} à ceux qui ont un lien.`, action: 'set-access' },
      "Ou créez un lien sans nombre d'ouvertures limité, qui passe par le relais.",
    ],
  }),
  'alias-needs-public': ({ service }) => ({
    title: `Un lien qui se dicte ne peut pas ouvrir ${service}.`,
    cause:
      'Huit lettres se disent facilement mais se devinent trop bien : elles ne laissent entrer personne qui resterait dehors sans elles.',
    consequence: "Aucun lien n'a été créé.",
    steps: ['Créez plutôt un lien à copier.', { text: `Ou ouvrez ${service} à tous.`, action: 'set-access' }],
  }),
  'gate-web-only': ({ service }) => ({
    title: `${service} ne peut pas demander à ses visiteurs un mot de passe de Porchlight.`,
    cause: 'Porchlight ne peut placer sa propre page que devant un site web. Les autres programmes parlent leur propre langue.',
    consequence: "Rien n'a été changé : qui pouvait entrer le peut toujours.",
    steps: [
      { text: 'Laissez entrer les personnes qui ont ouvert un lien, ou certaines adresses.', action: 'set-access' },
      "Ou choisissez un mot de passe dans le programme lui-même, s'il en a un.",
    ],
  }),
  'password-unfit': ({ service }) => ({
    title: `Ce mot de passe est trop court pour ${service}.`,
    cause: 'Un mot de passe compte de 8 à 200 caractères, car tout internet peut tenter de le deviner.',
    consequence: "Rien n'a été changé.",
    steps: [
      {
        text: "Choisissez-en un plus long. Trois ou quatre mots sans rapport entre eux font l'affaire et se dictent facilement.",
        action: 'set-access',
      },
    ],
  }),
  'password-missing': ({ service }) => ({
    title: `${service} n'a pas encore de mot de passe.`,
    cause: "Il ne peut pas en demander un tant que vous ne l'avez pas choisi.",
    consequence: "Rien n'a été changé.",
    steps: [{ text: "Choisissez le mot de passe en même temps que ce mode d'accès.", action: 'set-access' }],
  }),
  'passwords-differ': ({ service }) => ({
    title: 'Les deux mots de passe ne sont pas identiques.',
    cause: "Ce qui se tape sans s'afficher est demandé deux fois.",
    consequence: `Rien n'a été changé : ${service} s'ouvre comme avant.`,
    steps: [{ text: 'Réessayez.', action: 'set-access' }],
  }),
  'allowed-invalid': ({ name, service }) => ({
    title: `« ${name} » ne peut pas figurer sur la liste de ${service}.`,
    cause:
      'La liste accepte des adresses comme 203.0.113.7, des plages comme 203.0.113.0/24, et des noms complets comme marie.dyndns.example. Elle en contient 50 au plus.',
    consequence: "Rien n'a été changé.",
    steps: [{ text: "Corrigez-la et réessayez. Un visiteur refusé voit sa propre adresse et peut vous l'envoyer.", action: 'set-access' }],
  }),
  'allowed-missing': ({ service }) => ({
    title: `La liste de ${service} est encore vide.`,
    cause: "Il ne peut pas n'accepter que certaines adresses tant que vous n'en avez donné aucune.",
    consequence: "Rien n'a été changé.",
    steps: [{ text: "Donnez une adresse, une plage ou un nom en même temps que ce mode d'accès.", action: 'set-access' }],
  }),
  'not-admitted': ({ service, address }) => ({
    title: `${address} n'est pas entré par un lien dans ${service}.`,
    cause: 'Son temps est peut-être écoulé, ou son lien a été retiré.',
    consequence: "Rien n'a été changé.",
    steps: [{ text: "Consultez la liste des adresses admises et réessayez avec l'une d'elles.", action: 'set-access' }],
  }),
  'link-locked': ({ service, name }) => ({
    title: `Le lien « ${name} » vers ${service} est bloqué.`,
    causes: [
      "Dix codes faux lui ont été donnés. Quelqu'un possède ce lien sans en connaître le code, et a peut-être essayé de le deviner.",
      'Ou bien la personne à qui il était destiné a oublié le code.',
    ],
    consequence: 'Plus personne ne peut entrer par lui. Les personnes déjà entrées le restent.',
    steps: [
      { text: 'Retirez-le et faites-en un nouveau pour la personne à qui il était destiné.', action: 'show-links' },
      'Envoyez-lui le nouveau code par un autre moyen que le lien.',
    ],
  }),
  'relay-address-invalid': ({ relay }) => ({
    title: `« ${relay} » n'est ni un code de relais ni l'adresse d'un relais.`,
    cause: 'Un code de relais est un seul long mot qui commence par plr1. Une adresse commence par https://.',
    consequence: "Aucun relais n'a été rejoint.",
    steps: [
      { text: 'Copiez de nouveau, en entier, le code de relais du message que vous avez reçu, et collez-le ici.', action: 'join-relay' },
    ],
  }),
}

/** Le service, chez vous. Le chemin depuis l'extérieur, lui, est bon. */
export const serviceProblems: ProblemWords<'service-refused' | 'service-silent' | 'service-not-found' | 'target-moved'> = {
  'service-refused': ({ service, target }) => ({
    title: `${service} ne répond pas. Votre connexion, elle, fonctionne.`,
    causes: [
      `Le programme est sans doute arrêté : sa machine répond, mais rien n'écoute sur ${target}.`,
      'Il utilise peut-être un autre port depuis une mise à jour ou un changement de réglage.',
    ],
    consequence: "Vos visiteurs ne peuvent pas l'utiliser tant qu'il n'a pas redémarré.",
    steps: [
      `Démarrez ${service} sur sa machine.`,
      { text: `Vérifiez que son port est bien celui de ${target}.`, action: 'show-service' },
      { text: "Dès qu'il répond, Porchlight s'en aperçoit tout seul.", action: 'check-now' },
    ],
  }),
  'service-silent': ({ service, target }) => ({
    title: `${service} ne répond pas. Votre connexion, elle, fonctionne.`,
    causes: [
      `Sa machine est peut-être éteinte ou en veille : aucune réponse ne vient de ${target}.`,
      "Elle a peut-être changé d'adresse chez vous.",
      'Son propre pare-feu bloque peut-être Porchlight.',
    ],
    consequence: "Vos visiteurs attendent en vain tant qu'il ne répond pas.",
    steps: [
      'Allumez la machine.',
      { text: "Ouvrez le service depuis cet ordinateur. Dès que cela fonctionne, l'extérieur suit.", action: 'show-service' },
      { text: "Dès qu'il répond, Porchlight s'en aperçoit tout seul.", action: 'check-now' },
    ],
  }),
  'service-not-found': ({ service, host }) => ({
    title: `La machine ${host} est introuvable sur votre réseau.`,
    causes: [
      'Elle est peut-être éteinte ou en veille.',
      `Son nom a peut-être changé, ou est mal écrit : ${service} est réglé sur ${host}, et aucun appareil ne s'appelle ainsi chez vous.`,
    ],
    consequence: `Vos visiteurs ne peuvent pas accéder à ${service}. Votre connexion, elle, fonctionne.`,
    steps: [
      'Vérifiez que la machine est allumée.',
      { text: 'Vérifiez que son nom est bien écrit, ou utilisez son adresse, par exemple 192.168.1.20.', action: 'show-service' },
      { text: "Dès qu'elle est là, Porchlight s'en aperçoit tout seul.", action: 'check-now' },
    ],
  }),
  'target-moved': ({ service, address, target }) => ({
    title: `${service} a changé d'adresse chez vous, et Porchlight l'a suivi.`,
    cause: `La box a donné une nouvelle adresse à sa machine : elle était en ${address}, et ${service} répond maintenant à ${target}.`,
    consequence:
      "Rien n'est perdu : l'adresse donnée à vos visiteurs reste la même. D'autres programmes chez vous cherchent peut-être encore à l'ancien endroit.",
    steps: [
      { text: "Il n'y a rien à faire.", action: 'show-service' },
      "Pour que l'adresse ne change plus, réservez-en une fixe à cette machine : page de la box, là où elle distribue les adresses (DHCP).",
    ],
  }),
}
