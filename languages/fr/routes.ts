/** Les chemins qui mènent ailleurs chez vous, ce qu'on y annonce et ce qu'on en croit. */

export const routes = {
  heading: (name: string) => `${name}, en détail`,
  open: 'Plus',
  paths: 'Chemins qui mènent ailleurs chez vous',
  close: 'Fermer',
  shared:
    "Pour un navigateur, tous les chemins d'une même adresse forment un seul site : une page de l'un peut lire les autres et y agir au nom de qui est connecté. Donnez plutôt au service une adresse à lui, sauf si vous faites la même confiance à tous.",
  everythingElse: 'tout le reste',
  stripped: 'sans le chemin',
  refused: 'refusé : ce chemin peut se lire de deux façons',
  redirected: (to: string) => `renvoyé vers ${to}`,
  prefix: 'Chemin',
  prefixHelp: 'Par exemple /zm. Tout ce qui est en dessous y va.',
  target: 'Où il mène',
  targetHelp: "N'importe quelle machine chez vous, par exemple http://192.168.1.20:80",
  strip: 'Le service ne connaît pas ce chemin',
  submit: 'Ajouter le chemin',
  busy: 'Ajout…',
  added: (prefix: string) => `Le chemin ${prefix} a été ajouté.`,
  remove: 'Retirer',
  removeQuestion: (prefix: string) => `Retirer ${prefix} ?`,
  removeDetail: 'Ses visiteurs iront là où mènent les autres chemins. Le service lui-même continue chez vous, inchangé.',
  removed: (prefix: string) => `Le chemin ${prefix} a été retiré.`,
  keep: 'Garder',
  uploadLimit: 'Envoi le plus gros',
  uploadLimitHelp: "Ce qu'un visiteur peut envoyer d'un coup, en mégaoctets (Mo). Vide : autant qu'il veut.",
  uploadLimitSave: 'Enregistrer',
  uploadLimitSet: 'La limite compte dès maintenant.',
  relayOnly: 'Toujours par le relais',
  relayOnlyPrivate:
    "L'adresse de ce service ne révèle alors plus celle de votre domicile ; celles de vos autres services le peuvent encore.",
  relayOnlyAtHome:
    'Le même lien marche alors aussi chez vous, là où beaucoup de box ne laissent pas revenir sur soi. Le trajet par le relais est plus long.',
  proxyProtocol: "Lui annoncer l'adresse de ses visiteurs (PROXY protocol v2)",
  proxyProtocolHelp: "Seulement si le programme est réglé pour l'attendre : tout autre n'y comprendrait rien.",
  certificate: {
    accept: 'Accepter ce certificat',
    cancel: 'Annuler',
    question: (target: string) => `Est-ce bien ${target} ?`,
    detail:
      "Aucune autorité publique ne s'en porte garante, comme pour la plupart des appareils domestiques. Si vous l'acceptez, Porchlight n'y enverra vos visiteurs que tant qu'il présente exactement ce certificat.",
    fingerprint: 'Empreinte (SHA-256)',
    subject: 'Établi pour',
    until: "Valable jusqu'au",
    accepted: 'Le certificat est accepté.',
  },
}
