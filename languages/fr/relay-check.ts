import type { AllWords } from '../index.ts'

const ENTRER = (parent: string, records: string): string =>
  `Là où ${parent} est gérée (en général chez le bureau d'enregistrement), entrez :\n${records}`
const PARE_FEU = "dans chaque pare-feu, y compris dans l'interface de votre hébergeur"

export const relayCheck: AllWords['relayCheck'] = {
  areas: {
    delegation: 'Le chemin vers le serveur de noms de ce relais',
    names: 'Les noms et le droit aux certificats',
    ports: 'Les ports',
    certificate: 'Le certificat',
    clock: "L'horloge",
    machine: 'Cette machine',
  },
  marks: { fine: 'bon', broken: 'FAUX', warning: 'attention', unknown: 'inconnu', hint: 'conseil' },
  next: 'À faire',
  well: 'Tout va bien.',
  outside:
    "D'ici, on ne voit pas si un pare-feu laisse entrer les visiteurs. Lancez la même ligne avec --outside sur un autre ordinateur, par exemple chez vous.",
  findings: {
    'parent-unknown': ({ domain, resolver }) => ({
      what: `Personne n'a pu dire qui gère la zone au-dessus de ${domain} : ${resolver} n'a pas donné de réponse utile.`,
      next: 'Vérifiez que cette machine accède à internet et que /etc/resolv.conf nomme un résolveur qui marche, puis recommencez.',
    }),
    'delegation-missing': ({ domain, parent, records }) => ({
      what: `${domain} n'est pas délégué : la zone ${parent} n'a pas d'enregistrement NS pour lui.`,
      next: ENTRER(parent, records),
    }),
    'ns-wrong': ({ domain, parent, found, wanted }) => ({
      what: `Les enregistrements NS de ${domain} nomment ${found}, mais le relais s'appelle ${wanted}.`,
      next: `Là où ${parent} est gérée, entrez ${wanted} comme NS de ${domain}, ou lancez le relais avec --ns et les noms qui s'y trouvent.`,
    }),
    'glue-missing': ({ name, parent, records }) => ({
      what: `Il manque l'adresse (glue) de ${name} : pour la trouver, il faudrait la lui demander à lui-même.`,
      next: ENTRER(parent, records),
    }),
    'glue-wrong': ({ name, found, own, parent }) => ({
      what: `La zone ${parent} envoie les questions destinées à ${name} vers ${found}, mais ce relais est à ${own}.`,
      next: `Là où ${parent} est gérée, changez l'adresse de ${name} ; si cette adresse est la bonne, corrigez --ipv4 et --ipv6.`,
    }),
    'glue-without-ipv6': ({ domain, parent, records }) => ({
      what: `On ne peut interroger ${domain} qu'en IPv4 : son serveur de noms n'a pas d'enregistrement AAAA dans ${parent}.`,
      next: ENTRER(parent, records),
    }),
    'ds-unsigned': ({ domain, parent }) => ({
      what: `${parent} a un enregistrement DS pour ${domain}, qui dit que la zone est signée. Un relais ne signe pas : les résolveurs prudents la refusent.`,
      next: `Là où ${parent} est gérée, supprimez l'enregistrement DS de ${domain} (désactivez DNSSEC pour ce seul nom).`,
    }),
    'dns-silent': ({ address, protocol, reason }) => ({
      what: `Personne ne répond aux questions DNS en ${protocol} à ${address} (${reason}).`,
      next: `Ouvrez le port 53 en ${protocol} ${PARE_FEU}, et vérifiez que le relais tourne.`,
    }),
    'dns-not-ours': ({ address, domain }) => ({
      what: `Quelqu'un répond aux questions DNS à ${address}, mais pas pour ${domain} : c'est un autre serveur de noms.`,
      next: 'Arrêtez ce programme, ou donnez à ce relais sa propre adresse avec --dns.',
    }),
    'name-unknown': ({ host, resolver }) => ({
      what: `${host} ne mène nulle part : le résolveur ${resolver} ne lui trouve pas d'adresse.`,
      next: 'Entrez son adresse là où ce nom est géré. Si elle y est déjà, attendez quelques minutes : un échec reste en mémoire.',
    }),
    'zone-unreached': ({ domain, resolver }) => ({
      what: `Le résolveur ${resolver} n'obtient pas de réponse pour un nom nouveau sous ${domain} : il n'atteint pas le serveur de noms de ce relais.`,
      next: `Ouvrez le port 53, en UDP et en TCP, ${PARE_FEU}.`,
    }),
    'address-elsewhere': ({ host, found, own }) => ({
      what: `${host} mène à ${found}, mais ce relais est à ${own}.`,
      next: `Si ${found} est juste, corrigez --ipv4 et --ipv6. Sinon, cherchez qui répond pour ${host} : peut-être encore un ancien serveur.`,
    }),
    'caa-forbids': ({ domain, holder, allowed, issuer }) => ({
      what: `Un enregistrement CAA sur ${holder} ne permet de certificats pour ${domain} qu'à : ${allowed}.`,
      next: `Là où ${holder} est gérée, ajoutez : ${holder}. CAA 0 issue "${issuer}"`,
    }),
    'not-running': ({ folder }) => ({
      what: `Aucun relais ne tourne sur ${folder}.`,
      next: 'Lancez-le : systemctl start porchlight-relay, ou « porchlight-relay run » avec les mêmes options.',
    }),
    'port-closed': ({ address, port, reason }) => ({
      what: `Le port ${port} est fermé : ${address} ne répond pas (${reason}).`,
      next: `Vérifiez que le relais y écoute (--https, --http) et ouvrez le port ${port} en TCP ${PARE_FEU}.`,
    }),
    'port-not-ours': ({ address, program }) => ({
      what: `Un autre programme répond à ${address} (${program}).`,
      next: 'Arrêtez ce serveur web, ou donnez au relais sa propre adresse avec --http.',
    }),
    'port-taken': ({ address, protocol, program }) => ({
      what: `Un autre programme (${program}) occupe ${address} (${protocol}).`,
      next: 'Arrêtez et désactivez ce programme, ou donnez une autre adresse au relais, puis lancez le relais.',
    }),
    'resolved-holds-53': ({ port }) => ({
      what: `Le résolveur du système lui-même (systemd-resolved) occupe le port ${port}.`,
      next: 'Mettez « DNSStubListener=no » sous [Resolve] dans /etc/systemd/resolved.conf, puis : systemctl restart systemd-resolved && ln -sf /run/systemd/resolve/resolv.conf /etc/resolv.conf',
    }),
    'port-forbidden': ({ address, protocol }) => ({
      what: `Ce compte n'a pas le droit d'essayer lui-même ${address} (${protocol}).`,
      next: "Lancez la vérification en root, ou avec le droit d'ouvrir les ports bas, comme le relais l'a lui-même.",
    }),
    'certificate-none': ({ address, port }) => ({
      what: `Aucun certificat n'est montré à ${address}, port ${port}.`,
      next: "Cherchez « certificate-failed » dans le journal du relais : il dit ce que l'annuaire a refusé.",
    }),
    'certificate-expired': ({ until }) => ({
      what: `Le certificat du relais a expiré le ${until}.`,
      next: "S'il vient de fichiers, renouvelez-les : le relais le voit en trente secondes. S'il vient d'un annuaire, le journal dit pourquoi à « certificate-failed ».",
    }),
    'certificate-not-yet': ({ from }) => ({
      what: `Le certificat du relais n'est valable qu'à partir du ${from}.`,
      next: "Mettez l'horloge de cette machine à l'heure, ou prenez le certificat valable aujourd'hui.",
    }),
    'certificate-old': ({ until }) => ({
      what: `Le certificat du relais finit le ${until} et aurait déjà dû être renouvelé.`,
      next: "S'il vient de fichiers, renouvelez-les. S'il vient d'un annuaire, le journal dit à « certificate-failed » pourquoi c'est impossible.",
    }),
    'certificate-wrong-name': ({ name, found }) => ({
      what: `Le certificat du relais n'est pas pour ${name} (il nomme ${found}).`,
      next: `Prenez un certificat pour ${name}.`,
    }),
    'certificate-untrusted': ({ domain, reason }) => ({
      what: `Les navigateurs ne font pas confiance au certificat de ${domain} (${reason}).`,
      next: "Mettez toute la chaîne dans le fichier, certificats intermédiaires compris, ou prenez un certificat d'un annuaire public.",
    }),
    'certificate-rehearsal': ({ domain, reason }) => ({
      what: `Le certificat de ${domain} est fait maison, pour une répétition (${reason}) : aucune maison ne le rejoindra.`,
      next: 'Lancez le relais avec --acme-directory https://acme-v02.api.letsencrypt.org/directory --acme-email VOUS@EXEMPLE.ORG',
    }),
    'certificate-mismatch': ({ certFile, keyFile }) => ({
      what: `${keyFile} n'est pas la clé de ${certFile}, ou l'un des deux est abîmé.`,
      next: 'Indiquez les deux fichiers qui vont ensemble.',
    }),
    'file-unreadable': ({ path, reason }) => ({
      what: `${path} ne peut pas être lu (${reason}).`,
      next: 'Corrigez le chemin, et laissez le compte du relais lire ce fichier.',
    }),
    'directory-unreachable': ({ url, reason }) => ({
      what: `L'annuaire de certificats ${url} est injoignable (${reason}).`,
      next: 'Laissez cette machine ouvrir des connexions vers lui, puis recommencez.',
    }),
    'clock-ahead': ({ seconds, source }) => ({
      what: `L'horloge de cette machine avance de ${seconds} s sur ${source}.`,
      next: "Mettez-la à l'heure, et qu'elle y reste : timedatectl set-ntp true",
    }),
    'clock-behind': ({ seconds, source }) => ({
      what: `L'horloge de cette machine retarde de ${seconds} s sur ${source}.`,
      next: "Mettez-la à l'heure, et qu'elle y reste : timedatectl set-ntp true",
    }),
    'clock-unknown': ({ source, reason }) => ({
      what: `L'horloge n'a pas pu être comparée : ${source} ne répond pas (${reason}).`,
      next: 'Laissez cette machine ouvrir des connexions vers internet, puis recommencez.',
    }),
    'ipv6-not-here': ({ address, here }) => ({
      what: `L'adresse IPv6 ${address} n'est pas à cette machine (les siennes : ${here}).`,
      next: "Corrigez --ipv6, ou donnez cette adresse à la machine ; laissez --ipv6 de côté si elle n'en a pas.",
    }),
    'ipv4-not-here': ({ address, here }) => ({
      what: `L'adresse IPv4 ${address} n'est sur aucune interface de cette machine (${here}).`,
      next: "Si votre hébergeur traduit les adresses, c'est normal. Sinon, corrigez --ipv4.",
    }),
    'disk-low': ({ folder, megabytes }) => ({
      what: `Il ne reste que ${megabytes} Mo pour ${folder}.`,
      next: "Libérez de la place : un disque plein n'accepte plus ni appareil, ni nom, ni lien.",
    }),
    'registry-damaged': ({ path, reason }) => ({
      what: `Le registre ${path} est abîmé (${reason}).`,
      next: 'Arrêtez le relais, déplacez son dossier et restaurez la dernière sauvegarde : porchlight-relay restore FICHIER',
    }),
    'few-files': ({ limit, wanted }) => ({
      what: `Le relais ne peut ouvrir que ${limit} fichiers, et chaque visiteur en prend un.`,
      next: `Portez la limite à ${wanted} ou plus : LimitNOFILE= dans l'unité systemd, ou ulimit -n.`,
    }),
    'runs-as-root': () => ({
      what: 'Le relais tourne en root.',
      next: "Lancez-le avec --user NOM, ou par l'unité systemd.",
    }),
    'public-suffix': ({ domain }) => ({
      what: `Pour un navigateur, les maisons sous ${domain} ne font qu'un site tant que *.${domain} n'est pas dans la Public Suffix List.`,
      next: "Demandez-le sur https://publicsuffix.org/submit/ le jour où des inconnus se servent de ce relais. Rien n'en dépend.",
    }),
  },
}
