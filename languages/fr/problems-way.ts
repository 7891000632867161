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
      {
        text: "Collez un code de relais. Vous l'obtenez de quelqu'un qui tient un relais, ou de votre propre relais sur un serveur loué.",
        action: 'join-relay',
      },
    ],
  }),
  'relay-unreachable': ({ relay, reason }) => ({
    title: 'Le relais ne répond pas.',
    cause: `Porchlight n'arrive pas à joindre ${relay} : ${reason}.`,
    consequence:
      "Rien ne peut être vérifié de l'extérieur pour l'instant. Les visiteurs qui arrivent directement chez vous entrent toujours.",
    steps: [
      {
        text: "Porchlight réessaie tout seul. Si d'autres sites échouent aussi, regardez votre connexion internet ; sinon, prévenez la personne qui tient le relais.",
        action: 'check-now',
      },
    ],
  }),
  'relay-blocked': ({ relay, port }) => ({
    title: 'Ce réseau ne laisse pas sortir Porchlight.',
    cause: `${relay} fonctionne, mais quelque chose bloque en chemin les connexions vers le port ${port} : un pare-feu, un filtre ou un réseau public.`,
    consequence: "D'ici, vos liens ne fonctionnent pas, et rien ne peut être vérifié de l'extérieur.",
    steps: [
      {
        text: `Demandez à la personne qui gère ce réseau d'autoriser les connexions TCP sortantes vers ${relay}, port ${port}. S'il y a un proxy web, indiquez-le dans les réglages du système ; Porchlight l'utilisera tout seul.`,
        action: 'check-now',
      },
    ],
  }),
  'proxy-refused': ({ relay, address, reason }) => ({
    title: 'Le proxy web ne laisse pas passer Porchlight.',
    cause: `Rien d'autre ne mène hors de ce réseau, et le proxy ${address} refuse le chemin vers ${relay} : ${reason}.`,
    consequence: "D'ici, vos liens ne fonctionnent pas, et rien ne peut être vérifié de l'extérieur.",
    steps: [
      {
        text: `Demandez à la personne qui gère ce réseau d'autoriser CONNECT vers ${relay} à travers le proxy. S'il exige un nom et un mot de passe, mettez-les dans l'adresse que contient HTTPS_PROXY, puis redémarrez Porchlight.`,
        action: 'check-now',
      },
    ],
  }),
  'relay-untrusted': ({ relay, reason }) => ({
    title: "Le relais n'a pas pu prouver son identité.",
    cause: `La connexion avec ${relay} n'est pas sûre : ${reason}.`,
    consequence: "Porchlight ne l'utilise pas, pour que personne ne puisse écouter.",
    steps: [
      {
        text: "Vérifiez la date de cet ordinateur et l'adresse du relais. Si tout est juste, prévenez la personne qui tient le relais.",
        action: 'check-now',
      },
    ],
  }),
  'relay-changed': ({ relay }) => ({
    title: "Ce n'est pas le relais que vous aviez rejoint.",
    cause: `${relay} répond avec une autre identité. Il a été réinstallé, ou quelqu'un a pris sa place.`,
    consequence: "Porchlight ne l'utilise pas, pour que personne ne s'empare de vos liens.",
    steps: [
      {
        text: "Demandez à la personne qui tient le relais. S'il a été réinstallé, rejoignez-le avec un nouveau code de relais.",
        action: 'join-relay',
      },
    ],
  }),
  'tls-inspected': ({ relay }) => ({
    title: 'Quelque chose en chemin ouvre vos connexions chiffrées.',
    cause: `Entre cet ordinateur et ${relay}, un antivirus, un contrôle parental ou un réseau d'entreprise lit le trafic chiffré.`,
    consequence: "Porchlight n'utilise pas une telle connexion, car vos liens pourraient être lus en chemin.",
    steps: [
      {
        text: "Ajoutez une exception pour le relais dans l'antivirus ou le filtre (« analyse HTTPS »), ou passez par un autre réseau.",
        action: 'check-now',
      },
    ],
  }),
  'relay-older': ({ relay, ours, theirs }) => ({
    title: "Le relais a besoin d'une mise à jour.",
    cause: `${relay} parle la version ${theirs}, et ce Porchlight parle la version ${ours}.`,
    consequence: 'Ils ne se comprennent pas : ce relais est inutilisable pour le moment.',
    remedy: 'Demandez à la personne qui tient le relais de le mettre à jour. Porchlight se connectera ensuite tout seul.',
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
      {
        text: "Demandez un nouveau code à la personne qui tient le relais. Si ce n'est pas vous qui avez utilisé celui-ci, dites-le-lui.",
        action: 'join-relay',
      },
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
    remedy: "Quittez-en un dont vous n'avez plus besoin, puis rejoignez celui-ci.",
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
      {
        text: 'Rien à faire : Porchlight réessaie tout seul. Si cela dure, prévenez la personne qui tient le relais.',
        action: 'check-now',
      },
    ],
  }),
  'relay-suspended': ({ relay }) => ({
    title: 'Le relais a suspendu cet appareil.',
    cause: `La personne qui tient ${relay} lui a coupé l'accès.`,
    consequence: "Vos liens ne fonctionnent pas, et rien n'est vérifié de l'extérieur.",
    steps: [
      {
        text: 'Demandez-lui pourquoi, ou rejoignez un autre relais. Dès que la suspension est levée, Porchlight se reconnecte tout seul.',
        action: 'join-relay',
      },
    ],
  }),
  'relay-suspends': ({ relay, until }) => ({
    title: `Le relais suspendra cet appareil le ${moment(until)}.`,
    cause: `La personne qui tient ${relay} a fixé cette date.`,
    consequence: "À partir de ce moment, vos liens ne fonctionneront plus et rien ne sera vérifié de l'extérieur. D'ici là, tout continue.",
    steps: [{ text: 'Demandez-lui pourquoi avant cette date, ou rejoignez un autre relais à temps.', action: 'join-relay' }],
  }),
  'relay-no-port': ({ service, relay }) => ({
    title: `${service} n'est accessible que directement.`,
    cause: `Un service qui n'est pas un site a besoin d'un port à lui sur le relais, et ${relay} n'en a pas à donner : tous ses ports ou votre part sont pris, ou sa version est trop ancienne.`,
    consequence: `${service} a besoin d'un passage ouvert sur votre box ; sans lui, les visiteurs n'y accèdent pas.`,
    remedy:
      "Retirez un service de ce genre qui ne sert plus, ou demandez d'autres ports à la personne qui tient le relais. Le chemin direct s'en passe : activez l'UPnP sur votre box.",
  }),
  'relay-far-for-music': ({ service, relay, delayMs }) => ({
    title: `${service} fait un grand détour pour de la musique.`,
    cause: `Ce service passe par ${relay}, et l'aller-retour jusque-là prend ${delayMs} ms.`,
    consequence:
      "Difficile de jouer ensemble quand chacun entend les autres en retard. Au-delà d'une cinquantaine de ms, la plupart des groupes décrochent.",
    remedy:
      "Ouvrez le chemin direct : activez l'UPnP sur votre box. Si ce n'est pas possible, choisissez un relais plus proche de chez vous.",
  }),
}

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
    cause: `La box à l'adresse ${address} ne répond pas à la demande de laisser entrer les visiteurs (UPnP). Cette fonction y est sans doute désactivée.`,
    consequence: 'Les visiteurs passent par le relais : cela fonctionne, un peu moins vite.',
    steps: [
      {
        text: `Pour le chemin direct, ouvrez http://${address} dans un navigateur, activez l'UPnP, ou ajoutez à la main une règle de redirection de port. Porchlight s'en apercevra tout seul.`,
        action: 'open-router',
      },
    ],
  }),
  'gateway-refused': ({ address, reason }) => ({
    title: "Votre box a refusé d'ouvrir le passage.",
    cause: `La box à l'adresse ${address} a dit non : ${reason}.`,
    consequence: 'Les visiteurs passent par le relais : cela fonctionne, un peu moins vite.',
    steps: [
      {
        text: `Pour le chemin direct, ouvrez http://${address} dans un navigateur et autorisez l'UPnP pour cet ordinateur, ou ajoutez à la main une règle de redirection de port.`,
        action: 'open-router',
      },
    ],
  }),
  'gateway-conflict': ({ address, port, internal }) => ({
    title: `Le port ${port} de votre box mène déjà ailleurs.`,
    cause: `Une règle de la box (${address}) l'envoie vers ${internal}. Porchlight ne touche pas aux règles qu'il n'a pas posées.`,
    consequence: 'Ce service-là continue comme avant. Vos visiteurs passent par le relais.',
    steps: [
      {
        text: `Si cette règle ne vous sert plus, supprimez-la sur http://${address}. Porchlight prendra ensuite le port tout seul.`,
        action: 'open-router',
      },
    ],
  }),
  'old-rule-stands': ({ address, port, internal, until }) => ({
    title: `Le port ${port} de votre box mène encore à l'ancienne adresse de cet ordinateur.`,
    cause: `Cet ordinateur était auparavant ${internal}. La box à l'adresse ${address} garde la règle que Porchlight y avait posée, et ne laisse aucune autre adresse l'effacer.`,
    consequence: 'En attendant, les visiteurs passent par le relais.',
    steps: [
      {
        text: `Rien à faire : la règle disparaît d'elle-même à ${clock(until)} au plus tard. Une adresse fixe pour cet ordinateur, à régler sur http://${address}, évite que cela se reproduise.`,
        action: 'open-router',
      },
    ],
  }),
  'forward-by-hand': ({ address, protocol, port, internal, internalPort }) => ({
    title: 'Vous pouvez ouvrir le chemin direct à la main.',
    cause: `La box à l'adresse ${address} ne laisse pas Porchlight y poser de règle, mais vous, vous le pouvez.`,
    consequence: "D'ici là, les visiteurs passent par le relais : cela fonctionne, un peu moins vite.",
    steps: [
      {
        text: `Ouvrez http://${address} dans un navigateur et redirigez le port ${port} (${protocol}) vers ${internal}, port ${internalPort} ; donnez-y aussi une adresse fixe à cet ordinateur. Porchlight s'en apercevra en moins d'une minute, et aussitôt si vous choisissez « Vérifier maintenant ».`,
        action: 'open-router',
      },
    ],
  }),
  'gateway-no-internet': ({ address }) => ({
    title: "Votre box n'a pas internet.",
    cause: `La box à l'adresse ${address} dit que sa ligne est coupée, ou ne connaît pas sa propre adresse.`,
    consequence: 'Les visiteurs ne peuvent pas arriver directement chez vous en ce moment.',
    steps: [
      {
        text: 'Regardez les voyants de la box. Si la ligne est coupée, redémarrez-la ; si cela ne suffit pas, appelez votre opérateur.',
        action: 'open-router',
      },
    ],
  }),
  'gateway-no-address': ({ address }) => ({
    title: "Votre box n'a pas d'adresse internet à elle.",
    cause: `La box ${address} n'en indique aucune. Le plus souvent, c'est que l'opérateur partage une même adresse entre plusieurs clients.`,
    consequence: 'Personne ne peut venir directement chez vous en IPv4. Par le relais, cela fonctionne.',
    remedy: "Rien à faire. Pour la voie directe, demandez à votre opérateur une adresse IPv4 à vous ; souvent, c'est gratuit.",
  }),
  'provider-shares-address': ({ address }) => ({
    title: 'Votre opérateur partage votre adresse IPv4.',
    cause: `Votre box a reçu ${address}, que beaucoup de ses clients utilisent ensemble : un visiteur qui y frappe ne peut pas être conduit chez vous.`,
    consequence: 'Personne ne peut arriver directement chez vous en IPv4. Par le relais, cela fonctionne.',
    remedy: "Rien à faire. Pour le chemin direct, demandez à votre opérateur une adresse IPv4 à vous ; c'est souvent gratuit.",
  }),
  'second-router': ({ address }) => ({
    title: "Il y a deux routeurs, l'un derrière l'autre.",
    cause: `Du côté extérieur, votre routeur a l'adresse ${address}, qui est encore une adresse domestique : un autre routeur se trouve devant lui, et ne répond pas à la demande de laisser entrer les visiteurs (UPnP).`,
    consequence: 'Une règle sur le routeur intérieur seul ne laisse entrer personne. Par le relais, cela fonctionne.',
    remedy: `Pour le chemin direct, activez l'UPnP sur le routeur extérieur (en général la box de l'opérateur), ou déclarez-y ${address} comme DMZ, ou mettez-le en mode pont (« bridge »). Porchlight s'en apercevra tout seul.`,
  }),
  'second-router-refused': ({ address, internal, reason }) => ({
    title: "Le second routeur a refusé d'ouvrir le passage.",
    cause: `Il y a deux routeurs, l'un derrière l'autre. Le vôtre a accepté ; celui qui est devant, à l'adresse ${address}, a dit non : ${reason}.`,
    consequence: 'Les visiteurs passent par le relais : cela fonctionne, un peu moins vite.',
    steps: [
      {
        text: `Pour le chemin direct, ouvrez http://${address} dans un navigateur et autorisez l'UPnP pour ${internal}, ou déclarez-y ${internal} comme DMZ, ou mettez ce routeur en mode pont (« bridge »).`,
        action: 'open-router',
      },
    ],
  }),
  'second-router-conflict': ({ address, internal, port }) => ({
    title: `Le port ${port} du second routeur mène déjà ailleurs.`,
    cause: `Il y a deux routeurs, l'un derrière l'autre, et une règle de celui qui est devant (${address}) envoie ce port vers un autre appareil. Porchlight ne touche pas aux règles qu'il n'a pas posées.`,
    consequence: 'Ce service-là continue comme avant. Vos visiteurs passent par le relais.',
    steps: [
      {
        text: `Si cette règle ne vous sert plus, supprimez-la sur http://${address}. Si elle est destinée à Porchlight, faites-la mener au port ${port} de ${internal}. Porchlight s'en apercevra tout seul.`,
        action: 'open-router',
      },
    ],
  }),
  'direct-port-differs': ({ service, port, address }) => ({
    title: `${service} a un autre port sur le chemin direct.`,
    cause: `Son adresse publique a le port ${port}, et votre box en a donné un autre, parce que ${port} y est pris ou ne vous revient pas.`,
    consequence: `Avec l'adresse publique, les visiteurs passent par le relais. En direct, ${service} se trouve à ${address}.`,
    remedy: `Rien à faire. Si chaque milliseconde compte, donnez plutôt ${address} ; cette adresse-là peut changer.`,
  }),
  'firewall-here': ({ name, protocol, port, command }) => ({
    title: 'Le pare-feu de cet ordinateur retient vos visiteurs.',
    cause: `Ce qui arrive d'internet sur le port ${protocol} ${port} est jeté ici par ${name}, avant que Porchlight ne le voie.`,
    consequence: 'Vos visiteurs passent par le relais en attendant que la voie directe fonctionne.',
    steps: [
      {
        text: `Pour n'ouvrir que ce port, lancez ceci en administrateur. Porchlight s'en aperçoit tout seul : ${command}.`,
        action: 'copy-command',
      },
    ],
  }),
  'firewall-perhaps': ({ name, protocol, port, command }) => ({
    title: 'Le pare-feu de cet ordinateur retient peut-être vos visiteurs.',
    cause: `${name} est actif, et Porchlight n'a pas le droit de lire ses règles. De l'extérieur, personne n'est arrivé jusqu'au port ${protocol} ${port}.`,
    consequence: 'Vos visiteurs passent par le relais en attendant que la voie directe fonctionne.',
    steps: [{ text: `Si rien d'autre ne l'explique, n'ouvrez que ce port, en administrateur : ${command}.`, action: 'copy-command' }],
  }),
  'ipv6-closed': ({ port }) => ({
    title: 'En IPv6, vos visiteurs passent par le relais.',
    cause: `Le pare-feu IPv6 de votre box ne laisse entrer personne sur le port ${port}, et n'accepte pas qu'on le lui demande.`,
    consequence: "Rien n'est perdu : ceux qui arrivent en IPv6 sont conduits par le relais.",
    remedy: `Si vous voulez qu'ils viennent directement chez vous, autorisez le port TCP ${port} vers cet ordinateur dans le pare-feu IPv6 de la box. Porchlight s'en apercevra tout seul.`,
  }),
  'ipv6-port-forbidden': ({ port, command }) => ({
    title: 'En IPv6, vos visiteurs passent par le relais.',
    cause: `Les navigateurs viennent sur le port ${port}, que le système de cet ordinateur réserve à son administrateur.`,
    consequence: "Rien n'est perdu : ceux qui arrivent en IPv6 sont conduits par le relais.",
    steps: [
      {
        text: `Si vous voulez qu'ils viennent directement chez vous, lancez ceci une fois, puis redémarrez Porchlight : ${command}.`,
        action: 'copy-command',
      },
    ],
  }),
  'ipv6-port-taken': ({ port }) => ({
    title: 'En IPv6, vos visiteurs passent par le relais.',
    cause: `Un autre programme de cet ordinateur répond déjà sur le port ${port}.`,
    consequence: "Rien n'est perdu : ceux qui arrivent en IPv6 sont conduits par le relais. L'autre programme n'est pas dérangé.",
    remedy: "Il n'y a rien à faire. Si vous n'avez plus besoin de l'autre programme, arrêtez-le : Porchlight prendra sa place tout seul.",
  }),
  'mapping-unreachable': ({ address, port }) => ({
    title: 'La règle est sur la box, mais rien ne passe.',
    cause: `Le port ${port} de ${address} a été essayé de l'extérieur, sans succès. Certaines box acceptent une règle sans la suivre ; certains opérateurs bloquent des ports.`,
    consequence: 'Les visiteurs passent par le relais en attendant que le chemin direct fonctionne.',
    steps: [
      {
        text: "Redémarrez la box. Si cela ne suffit pas, cherchez le réglage du pare-feu de l'opérateur, ou ajoutez la règle à la main.",
        action: 'open-router',
      },
    ],
  }),
  'unreachable-outside': ({ service }) => ({
    title: `${service} est inaccessible de l'extérieur.`,
    cause: "Chez vous, il répond, mais aucun chemin n'y mène depuis internet en ce moment.",
    consequence: 'Vos visiteurs voient une erreur.',
    steps: [
      {
        text: 'Porchlight continue de chercher un passage. Si cela dure, redémarrez la box et choisissez « Vérifier maintenant ».',
        action: 'check-now',
      },
    ],
  }),
  'certificate-wrong': ({ reason }) => ({
    title: 'Les navigateurs ne font pas confiance à vos pages.',
    cause: `Le certificat montré aux visiteurs a été regardé de l'extérieur : ${reason}.`,
    consequence: 'Vos visiteurs voient un avertissement à la place de la page.',
    steps: [
      {
        text: "Vérifiez la date et l'heure de cet ordinateur, puis redémarrez Porchlight, qui renouvelle ce qui est périmé. Si cela dure, prévenez la personne qui tient le relais.",
        action: 'check-now',
      },
    ],
  }),
  'foreign-certificate': ({ host, address }) => ({
    title: "Quelqu'un d'autre répond à votre adresse.",
    cause: `Qui ouvre une page de ${host} en passant par ${address} reçoit un certificat dont la clé n'est pas celle de cet ordinateur. Quelqu'un sur le trajet peut lire et modifier ce qui passe.`,
    consequence: 'Les mots de passe et les pages qui prennent ce chemin ne sont pas privés.',
    remedy:
      "Ne vous connectez pas par cette adresse avant d'en savoir plus. Un réseau d'entreprise ou un antivirus qui ouvre les connexions chiffrées peut en être la cause ; sinon, interrogez la personne qui tient le relais, ou changez de relais.",
  }),
  'unknown-certificate': ({ host, detail }) => ({
    title: "Quelqu'un d'autre a un certificat pour vos noms.",
    cause: `Les registres publics montrent un certificat pour des noms sous ${host} que cet ordinateur n'a pas demandé : ${detail}.`,
    consequence:
      'Qui le détient peut se faire passer pour votre maison, lire et modifier ce que les visiteurs envoient, sans avertissement dans leur navigateur.',
    remedy:
      "Si vous avez installé cette maison sur un autre ordinateur, ce peut être lui. Sinon, interrogez la personne qui tient le relais, la seule à pouvoir prouver vos noms ; d'ici là, ne vous connectez pas par ces liens.",
  }),
}
