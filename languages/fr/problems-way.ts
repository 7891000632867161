import type { ProblemWords } from '../problems.ts'

/** Milliseconds since 1970, as the time of day. */
const clock = (until: string): string =>
  /^\d+$/.test(until) ? new Intl.DateTimeFormat('fr-FR', { timeStyle: 'short' }).format(Number(until)) : until

/** Milliseconds since 1970, as a day and a time. */
export const moment = (until: string): string =>
  /^\d+$/.test(until) ? new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeStyle: 'short' }).format(Number(until)) : until

/** Le relais. */
export const relayProblems: ProblemWords<
  | 'no-relay'
  | 'relay-unreachable'
  | 'relay-blocked'
  | 'proxy-refused'
  | 'relay-untrusted'
  | 'relay-changed'
  | 'tls-inspected'
  | 'relay-older'
  | 'relay-newer'
  | 'relay-code-invalid'
  | 'relay-code-unknown'
  | 'relay-code-used'
  | 'relay-code-expired'
  | 'relay-closed'
  | 'relay-busy'
  | 'relays-full'
  | 'relay-not-joined'
  | 'relay-never-run'
  | 'device-unknown'
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
  'relay-code-invalid': () => ({
    title: 'Ce code de relais contient une erreur.',
    cause: 'Une lettre est fausse ou manque ; chaque code contient de quoi le remarquer.',
    consequence: "Aucun relais n'a été rejoint. Le code lui-même n'a pas été utilisé.",
    steps: [{ text: 'Copiez de nouveau le code en entier, de « plr1 » à sa dernière lettre, et collez-le ici.', action: 'join-relay' }],
  }),
  'relay-code-unknown': ({ relay }) => ({
    title: 'Le relais ne connaît pas ce code.',
    cause: `${relay} ne l'a jamais donné, ou l'a retiré.`,
    consequence: "Aucun relais n'a été rejoint.",
    steps: [{ text: 'Demandez un nouveau code de relais à la personne qui tient le relais.', action: 'join-relay' }],
  }),
  'relay-code-used': ({ relay }) => ({
    title: 'Ce code de relais a déjà servi.',
    cause: `${relay} laisse entrer un appareil par code, et un autre est passé le premier.`,
    consequence: "Aucun relais n'a été rejoint.",
    steps: [
      { text: 'Demandez un nouveau code de relais à la personne qui tient le relais.', action: 'join-relay' },
      "Si ce n'est pas vous qui avez utilisé l'ancien, dites-le-lui.",
    ],
  }),
  'relay-code-expired': ({ relay }) => ({
    title: 'Ce code de relais a expiré.',
    cause: `Les codes de ${relay} ne sont valables qu'un certain temps.`,
    consequence: "Aucun relais n'a été rejoint.",
    steps: [{ text: 'Demandez un nouveau code de relais à la personne qui tient le relais.', action: 'join-relay' }],
  }),
  'relay-closed': ({ relay }) => ({
    title: 'Ce relais demande un code de relais.',
    cause: `${relay} ne laisse entrer un nouvel appareil qu'avec un code donné par la personne qui le tient.`,
    consequence: "Aucun relais n'a été rejoint.",
    steps: [{ text: "Demandez un code de relais à cette personne et collez-le ici, à la place de l'adresse.", action: 'join-relay' }],
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
  'relays-full': ({ relay }) => ({
    title: 'Porchlight utilise déjà autant de relais que possible.',
    cause: `Quatre relais ont été rejoints ; ${relay} serait le cinquième.`,
    consequence: "Il n'a pas été rejoint. Les autres continuent.",
    steps: [{ text: "Quittez-en un dont vous n'avez plus besoin, puis rejoignez celui-ci.", action: 'join-relay' }],
  }),
  'relay-not-joined': ({ relay }) => ({
    title: "Ce relais n'a pas été rejoint.",
    cause: `${relay} n'est aucun des relais que ce Porchlight utilise.`,
    consequence: "Rien n'a été modifié.",
    remedy: "Regardez avec « porchlight status » quels relais il y a, et donnez l'adresse telle qu'elle y figure.",
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

/** Quand l'IPv6 ne va pas. */
const AUTRE_CHEMIN =
  "Si un relais les conduit, ou si un autre chemin est ouvert, ils ne remarquent rien : vous pouvez laisser ainsi. Sinon, personne n'entre."

/** La box, l'opérateur, le certificat : le chemin d'arrivée. */
export const routerProblems: ProblemWords<
  | 'gateway-silent'
  | 'gateway-refused'
  | 'gateway-conflict'
  | 'old-rule-stands'
  | 'forward-by-hand'
  | 'gateway-no-internet'
  | 'provider-shares-address'
  | 'gateway-no-address'
  | 'second-router'
  | 'second-router-refused'
  | 'second-router-conflict'
  | 'mapping-unreachable'
  | 'direct-port-differs'
  | 'firewall-here'
  | 'firewall-perhaps'
  | 'ipv6-closed'
  | 'ipv6-port-forbidden'
  | 'ipv6-port-taken'
  | 'unreachable-outside'
  | 'certificate-wrong'
  | 'foreign-certificate'
  | 'unknown-certificate'
> = {
  'gateway-silent': ({ address }) => ({
    title: "Votre box n'ouvre pas le passage d'elle-même.",
    causes: [
      `L'UPnP y est sans doute désactivé : la box ${address} ne répond pas à la demande de laisser entrer les visiteurs.`,
      "Elle est peut-être trop ancienne pour cela, ou un pare-feu l'empêche de recevoir la demande.",
    ],
    consequence: 'Les visiteurs passent par le relais : cela fonctionne, un peu moins vite.',
    steps: [
      { text: `Pour le chemin direct, ouvrez http://${address} dans un navigateur.`, action: 'open-router' },
      { text: "Activez-y l'UPnP, ou ajoutez à la main une règle de redirection de port.", action: 'open-guide' },
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'gateway-refused': ({ address, reason }) => ({
    title: "Votre box a refusé d'ouvrir le passage.",
    cause: `La box à l'adresse ${address} a dit non : ${reason}.`,
    consequence: 'Les visiteurs passent par le relais : cela fonctionne, un peu moins vite.',
    steps: [
      { text: `Pour le chemin direct, ouvrez http://${address} dans un navigateur.`, action: 'open-router' },
      {
        text: 'Autorisez-y cet ordinateur à ouvrir le passage (UPnP), ou ajoutez à la main une règle de redirection de port.',
        action: 'open-guide',
      },
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'gateway-conflict': ({ address, port, internal }) => ({
    title: `Le port ${port} de votre box mène déjà ailleurs.`,
    cause: `Une règle de la box (${address}) l'envoie vers ${internal}. Porchlight ne touche pas aux règles qu'il n'a pas posées.`,
    consequence: 'Ce service-là continue comme avant. Vos visiteurs passent par le relais.',
    steps: [
      "Si cette règle vous sert, laissez-la : il n'y a rien à faire.",
      { text: `Si elle ne vous sert plus, supprimez-la sur http://${address}.`, action: 'open-router' },
      { text: 'Porchlight prendra ensuite le port tout seul.', action: 'check-now' },
    ],
  }),
  'old-rule-stands': ({ address, port, internal, until }) => ({
    title: `Le port ${port} de votre box mène encore à l'ancienne adresse de cet ordinateur.`,
    cause: `Cet ordinateur était auparavant ${internal}. La box à l'adresse ${address} garde la règle que Porchlight y avait posée, et ne laisse aucune autre adresse l'effacer.`,
    consequence: 'En attendant, les visiteurs passent par le relais.',
    steps: [
      `Rien à faire : la règle disparaît d'elle-même à ${clock(until)} au plus tard.`,
      {
        text: `Une adresse fixe pour cet ordinateur, à régler sur http://${address}, évite que cela se reproduise.`,
        action: 'open-router',
      },
    ],
  }),
  'forward-by-hand': ({ address, protocol, port, internal, internalPort }) => ({
    title: 'Vous pouvez ouvrir le chemin direct à la main.',
    cause: `La box à l'adresse ${address} ne laisse pas Porchlight y poser de règle, mais vous, vous le pouvez.`,
    consequence: "D'ici là, les visiteurs passent par le relais : cela fonctionne, un peu moins vite.",
    steps: [
      { text: `Ouvrez http://${address} dans un navigateur.`, action: 'open-router' },
      { text: `Redirigez le port ${port} (${protocol}) vers ${internal}, port ${internalPort}.`, action: 'open-guide' },
      'Donnez-y aussi une adresse fixe à cet ordinateur.',
      { text: "Porchlight s'en apercevra en moins d'une minute, et aussitôt si vous le faites regarder.", action: 'check-now' },
    ],
  }),
  'gateway-no-internet': ({ address }) => ({
    title: "Votre box n'a pas internet.",
    causes: [`Sa ligne est coupée, comme le dit la box ${address}.`, 'Elle vient de démarrer, et ne connaît pas encore sa propre adresse.'],
    consequence: "Personne à l'extérieur ne peut accéder à vos services avant le retour de la ligne. À la maison, ils continuent.",
    steps: [
      { text: 'Regardez les voyants de la box, ou sa page.', action: 'open-router' },
      'Si la ligne est coupée, redémarrez la box.',
      'Si cela ne suffit pas, appelez votre opérateur.',
      { text: "Porchlight s'en aperçoit et reprend tout seul.", action: 'check-now' },
    ],
  }),
  'gateway-no-address': ({ address }) => ({
    title: "Votre box n'a pas d'adresse internet à elle.",
    causes: [
      `Le plus souvent, l'opérateur partage une même adresse entre plusieurs clients : la box ${address} n'en indique aucune.`,
      'La box garde son adresse pour elle.',
    ],
    consequence:
      "Personne ne peut arriver directement chez vous en IPv4, l'ancien genre d'adresse internet. Par le relais, cela fonctionne.",
    steps: [
      'Rien à faire.',
      { text: "Pour le chemin direct, demandez à votre opérateur une adresse IPv4 à vous ; c'est souvent gratuit.", action: 'open-guide' },
    ],
  }),
  'provider-shares-address': ({ address }) => ({
    title: 'Votre opérateur partage votre adresse IPv4.',
    cause: `Votre box a reçu ${address}, que beaucoup de clients utilisent ensemble. Un visiteur qui y frappe ne peut pas être conduit chez vous.`,
    consequence:
      "Personne ne peut arriver directement chez vous en IPv4, l'ancien genre d'adresse internet. Par le relais, cela fonctionne.",
    steps: [
      'Rien à faire.',
      { text: "Pour le chemin direct, demandez à votre opérateur une adresse IPv4 à vous ; c'est souvent gratuit.", action: 'open-guide' },
    ],
  }),
  'second-router': ({ address }) => ({
    title: "Il y a deux routeurs, l'un derrière l'autre.",
    cause: `Un autre routeur se trouve devant le vôtre, qui a du côté extérieur l'adresse domestique ${address}. Celui de devant ne répond pas à la demande de laisser entrer les visiteurs.`,
    consequence: 'Une règle sur le routeur intérieur seul ne laisse entrer personne. Par le relais, cela fonctionne.',
    steps: [
      { text: "Pour le chemin direct, activez l'UPnP sur le routeur extérieur, en général la box de l'opérateur.", action: 'open-guide' },
      `Ou déclarez-y ${address} comme l'appareil qui reçoit tous les visiteurs (DMZ).`,
      'Ou mettez le routeur extérieur en mode pont (« bridge »).',
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'second-router-refused': ({ address, internal, reason }) => ({
    title: "Le second routeur a refusé d'ouvrir le passage.",
    cause: `Il y a deux routeurs, l'un derrière l'autre. Le vôtre a accepté ; celui qui est devant, à l'adresse ${address}, a dit non : ${reason}.`,
    consequence: 'Les visiteurs passent par le relais : cela fonctionne, un peu moins vite.',
    steps: [
      { text: `Pour le chemin direct, ouvrez http://${address} dans un navigateur.`, action: 'open-router' },
      { text: `Autorisez-y ${internal} à ouvrir le passage (UPnP).`, action: 'open-guide' },
      `Ou déclarez-y ${internal} comme l'appareil qui reçoit tous les visiteurs (DMZ).`,
      'Ou mettez ce routeur en mode pont (« bridge »).',
    ],
  }),
  'second-router-conflict': ({ address, internal, port }) => ({
    title: `Le port ${port} du second routeur mène déjà ailleurs.`,
    cause: `Il y a deux routeurs, l'un derrière l'autre. Une règle de celui qui est devant (${address}) envoie ce port vers un autre appareil. Porchlight ne touche pas aux règles qu'il n'a pas posées.`,
    consequence: 'Ce service-là continue comme avant. Vos visiteurs passent par le relais.',
    steps: [
      { text: `Si cette règle ne vous sert plus, supprimez-la sur http://${address}.`, action: 'open-router' },
      `Si elle est destinée à Porchlight, faites-la mener au port ${port} de ${internal}.`,
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'direct-port-differs': ({ service, port, address }) => ({
    title: `${service} a un autre port sur le chemin direct.`,
    causes: [
      `Le port ${port}, celui de son adresse publique, est déjà pris sur votre box.`,
      'Ou bien votre opérateur ne vous a pas donné ce port.',
    ],
    consequence: `Avec l'adresse publique, les visiteurs passent par le relais. En direct, ${service} se trouve à ${address}.`,
    steps: [
      'Rien à faire.',
      { text: `Si chaque milliseconde compte, donnez plutôt ${address} ; cette adresse-là peut changer.`, action: 'show-service' },
    ],
  }),
  'firewall-here': ({ name, protocol, port, command }) => ({
    title: 'Le pare-feu de cet ordinateur retient vos visiteurs.',
    cause: `Ce qui arrive d'internet sur le port ${protocol} ${port} est jeté ici par ${name}, avant que Porchlight ne le voie.`,
    consequence: 'Vos visiteurs passent par le relais en attendant que le chemin direct fonctionne.',
    steps: [
      { text: `Pour n'ouvrir que ce port, lancez ceci en administrateur : ${command}.`, action: 'copy-command' },
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'firewall-perhaps': ({ name, protocol, port, command }) => ({
    title: 'Le pare-feu de cet ordinateur retient peut-être vos visiteurs.',
    causes: [
      `${name} en est peut-être la cause : il est actif, et de l'extérieur personne n'est arrivé jusqu'au port ${protocol} ${port}.`,
      "Ou bien c'est la box ou l'opérateur. Porchlight n'a pas le droit de lire les règles du pare-feu, et ne peut pas trancher.",
    ],
    consequence: 'Vos visiteurs passent par le relais en attendant que le chemin direct fonctionne.',
    steps: [
      { text: `Si rien d'autre ne l'explique, n'ouvrez que ce port, en administrateur : ${command}.`, action: 'copy-command' },
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'ipv6-closed': ({ port }) => ({
    title: 'Votre box ne laisse pas entrer les visiteurs en IPv6.',
    cause: `Sur le port ${port}, elle n'ouvre à personne qui vienne par le nouveau genre d'adresse internet (IPv6), et n'accepte pas qu'on le lui demande.`,
    consequence: AUTRE_CHEMIN,
    steps: [
      { text: `Autorisez le port TCP ${port} vers cet ordinateur dans le pare-feu IPv6 de la box.`, action: 'open-guide' },
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'ipv6-port-forbidden': ({ port, command }) => ({
    title: 'En IPv6, les visiteurs ne peuvent pas arriver directement à cet ordinateur.',
    cause: `Son système réserve à son administrateur le port ${port}, où viennent les navigateurs. Avec le nouveau genre d'adresse internet (IPv6), aucun autre port ne convient.`,
    consequence: AUTRE_CHEMIN,
    steps: [
      { text: `Lancez ceci une fois : ${command}.`, action: 'copy-command' },
      { text: 'Redémarrez ensuite Porchlight.', action: 'restart' },
    ],
  }),
  'ipv6-port-taken': ({ port }) => ({
    title: 'En IPv6, les visiteurs ne peuvent pas arriver directement à cet ordinateur.',
    cause: `Un autre de ses programmes répond déjà sur le port ${port}. Avec le nouveau genre d'adresse internet (IPv6), aucun autre port ne convient.`,
    consequence: AUTRE_CHEMIN,
    steps: [{ text: "Si l'autre programme ne vous sert plus, arrêtez-le : Porchlight prendra sa place tout seul.", action: 'check-now' }],
  }),
  'mapping-unreachable': ({ address, port }) => ({
    title: 'La règle est sur la box, mais rien ne passe.',
    causes: [
      `La box a peut-être accepté la règle sans la suivre : le port ${port} de ${address} a été essayé de l'extérieur, sans succès.`,
      "Le pare-feu de l'opérateur bloque peut-être ce port.",
    ],
    consequence: 'Les visiteurs passent par le relais en attendant que le chemin direct fonctionne.',
    steps: [
      'Redémarrez la box.',
      { text: 'Si cela ne suffit pas, ajoutez la règle à la main.', action: 'open-guide' },
      "Cherchez un réglage de pare-feu dans votre espace client chez l'opérateur.",
      { text: "Porchlight s'en apercevra tout seul.", action: 'check-now' },
    ],
  }),
  'unreachable-outside': ({ service }) => ({
    title: `${service} est inaccessible de l'extérieur.`,
    cause: "Chez vous, il répond, mais aucun chemin n'y mène depuis internet en ce moment.",
    consequence: 'Vos visiteurs voient une erreur.',
    steps: [
      { text: 'Porchlight continue de chercher un passage.', action: 'check-now' },
      'Si cela dure, redémarrez la box, puis faites regarder à nouveau.',
    ],
  }),
  'certificate-wrong': ({ reason }) => ({
    title: 'Les navigateurs ne font pas confiance à vos pages.',
    causes: [
      `Le certificat montré aux visiteurs a été regardé de l'extérieur : ${reason}.`,
      "La date de cet ordinateur est peut-être fausse, et rien n'a été renouvelé à temps.",
    ],
    consequence: 'Vos visiteurs voient un avertissement à la place de la page.',
    steps: [
      "Vérifiez la date et l'heure de cet ordinateur.",
      { text: 'Redémarrez Porchlight : il renouvelle ce qui est périmé.', action: 'restart' },
      { text: 'Si cela dure, prévenez la personne qui tient le relais.', action: 'check-now' },
    ],
  }),
  'foreign-certificate': ({ host, address }) => ({
    title: "Quelqu'un d'autre répond à votre adresse.",
    causes: [
      `Un réseau d'entreprise ou un antivirus, en chemin, ouvre les connexions chiffrées vers ${host} à l'adresse ${address}.`,
      "Ou quelqu'un en chemin lit et modifie ce qui passe : la clé du certificat montré là-bas n'est pas celle de cet ordinateur.",
    ],
    consequence: 'Les mots de passe et les pages qui prennent ce chemin ne sont pas privés.',
    steps: [
      "Ne vous connectez pas par cette adresse avant d'en savoir plus.",
      "Cherchez si un réseau d'entreprise ou un antivirus ouvre les connexions chiffrées.",
      { text: 'Sinon, interrogez la personne qui tient le relais, ou changez de relais.', action: 'join-relay' },
    ],
  }),
  'unknown-certificate': ({ host, detail }) => ({
    title: "Quelqu'un d'autre a un certificat pour vos noms.",
    causes: [
      `Vous avez aussi installé cette maison sur un autre ordinateur. Les registres publics montrent un certificat pour des noms sous ${host} : ${detail}.`,
      "Ou quelqu'un qui peut prouver vos noms l'a demandé. Seule la personne qui tient le relais le peut.",
    ],
    consequence:
      'Qui le détient peut se faire passer pour votre maison, lire et modifier ce que les visiteurs envoient, sans avertissement dans leur navigateur.',
    steps: [
      "D'ici à ce que ce soit éclairci, ne vous connectez pas par ces liens.",
      'Si un autre ordinateur sert aussi cette maison, regardez si ce certificat est le sien.',
      { text: 'Sinon, interrogez la personne qui tient le relais, ou changez de relais.', action: 'join-relay' },
    ],
  }),
}
