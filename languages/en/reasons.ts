/** Reasons that come as codes, each a clause that fits after a colon. */
export const reasons = {
  // The network of the operating system, and TLS
  ECONNREFUSED: 'nothing listens at that address',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'no answer came in time',
  EHOSTUNREACH: 'no way leads to that machine',
  ENETUNREACH: 'this computer has no way to that network',
  ENOTFOUND: 'the name does not exist',
  EAI_AGAIN: 'the name could not be looked up',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it signed its certificate itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority this computer does not know',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority this computer does not know',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority this computer does not know',

  // A certificate, as somebody outside saw it
  expired: 'it has expired',
  'not-yet-valid': 'it is not valid yet',
  'wrong-name': 'it is for another name',
  untrusted: 'it comes from an authority that browsers do not know',

  // What a certificate directory says
  'directory-unreachable': 'the certificate directory cannot be reached',
  'untrusted-directory': 'nobody whom this computer knows vouches for the certificate directory',

  'no-certificate': 'it holds no certificate',
  malformed: 'it holds no whole certificate and key',
  'key-mismatch': 'the key is not the one of the certificate',
  names: 'it is for another name',
  chain: 'a certificate in it is not followed by that of its issuer',
  'not-renewed': 'it is about to end, and nobody has renewed it',
  'no-name': 'this home has no name on the internet yet',
  'no-staging': 'its directory has no rehearsal',
  terms: 'somebody has to agree to terms of service first',
  account: 'the directory wants an account of its own',
  'rate-limited': 'the limit of the directory is reached',

  // An operator's decision
  'none-given': 'no reason was given',

  // What a proxy answers
  '403': 'its rules do not allow it',
  '407': 'it wants a name and a password',

  // Files
  'no-such-account': 'there is no such account',
  'not-root': 'only root can hand over to another account',
  'folder-of-another': "the data folder is another account's",
  'program-unreadable': 'it may not read the program',
  'no-setpriv': 'the program setpriv is missing (Debian: util-linux)',
  'not-a-backup': 'it is not a backup of a relay',
  'backup-damaged': 'it is damaged',
  'not-an-export': 'it is not an export of Porchlight',
  'export-newer': 'it was written by a newer Porchlight',
  'export-cut': 'its end is missing',
  'export-too-large': 'it is too large for an export',

  EACCES: 'this account has no right to it',
  EPERM: 'the system does not allow it',
  EROFS: 'that disk can only be read',
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'part of that path is a file, not a folder',

  // Addresses that may not be shared
  'own-listener': 'it is Porchlight itself, and visitors would go round in circles',
  metadata: "it is a cloud provider's internal address, which can give away secrets",
  public: 'it is on the internet, not on your home network',
  'not-a-host': 'that address stands for no single machine',

  // Folders that may not be shared
  'whole-disk': 'it is a whole disk, with everything on it',
  'own-data': "it is Porchlight's own folder, which holds this home's key",
  system: 'the operating system keeps its own files there',
  hidden: 'it lies in a hidden folder, where programs keep passwords and keys',
}

export const quoted = (text: string): string => `"${text}"`
