/** The store's shape, one step a version; `user_version` tells how many steps a file has taken. A released step is never edited. */

export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

   -- A released device keeps its row (label NULL) until its quarantine ends, so that a suspension outlives a release.
   CREATE TABLE devices (
     number INTEGER PRIMARY KEY,
     key TEXT NOT NULL UNIQUE,
     label TEXT UNIQUE,
     created_at_ms INTEGER NOT NULL,
     last_seen_at_ms INTEGER NOT NULL,
     suspended_at_ms INTEGER,
     released_at_ms INTEGER,
     CHECK ((label IS NULL) = (released_at_ms IS NOT NULL))
   ) STRICT;

   CREATE TABLE released_labels (
     label TEXT PRIMARY KEY,
     device_key TEXT NOT NULL,
     released_at_ms INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE codes (
     hash BLOB PRIMARY KEY,
     expires_at_ms INTEGER NOT NULL,
     redeemed_by TEXT,
     redeemed_at_ms INTEGER
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE published (
     device_key TEXT PRIMARY KEY REFERENCES devices (key) ON DELETE CASCADE,
     document TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;

   -- A link taken back keeps its row (service NULL) until its quarantine ends.
   CREATE TABLE links (
     id TEXT PRIMARY KEY,
     device_key TEXT NOT NULL REFERENCES devices (key) ON DELETE CASCADE,
     service TEXT,
     revoked_at_ms INTEGER,
     CHECK ((service IS NULL) = (revoked_at_ms IS NOT NULL))
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX links_of_device ON links (device_key);

   CREATE TABLE direct (
     device_key TEXT NOT NULL REFERENCES devices (key) ON DELETE CASCADE,
     family TEXT NOT NULL CHECK (family IN ('ipv4', 'ipv6')),
     address TEXT NOT NULL,
     since_ms INTEGER NOT NULL,
     PRIMARY KEY (device_key, family)
   ) STRICT, WITHOUT ROWID;`,

  // A port given up keeps its row until its quarantine ends.
  `CREATE TABLE public_ports (
     protocol TEXT NOT NULL CHECK (protocol IN ('tcp', 'udp')),
     port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
     device_key TEXT NOT NULL REFERENCES devices (key) ON DELETE CASCADE,
     service TEXT NOT NULL,
     released_at_ms INTEGER,
     PRIMARY KEY (protocol, port),
     UNIQUE (device_key, service, protocol)
   ) STRICT, WITHOUT ROWID;`,

  // Who may issue certificates for a device's names.
  `CREATE TABLE issuance (
     device_key TEXT PRIMARY KEY REFERENCES devices (key) ON DELETE CASCADE,
     document TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;`,

  // What the operator has taken down, how much each device was carried, and who may open his page.
  `CREATE TABLE takedowns (
     device_key TEXT NOT NULL REFERENCES devices (key) ON DELETE CASCADE,
     kind TEXT NOT NULL CHECK (kind IN ('service', 'link')),
     name TEXT NOT NULL,
     reason TEXT,
     at_ms INTEGER NOT NULL,
     PRIMARY KEY (device_key, kind, name)
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE traffic (
     device_key TEXT NOT NULL REFERENCES devices (key) ON DELETE CASCADE,
     month TEXT NOT NULL,
     in_bytes INTEGER NOT NULL,
     out_bytes INTEGER NOT NULL,
     PRIMARY KEY (device_key, month)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX traffic_of_month ON traffic (month);

   -- Without a row: what holds for all. NULL: without a limit.
   CREATE TABLE quotas (
     device_key TEXT PRIMARY KEY REFERENCES devices (key) ON DELETE CASCADE,
     monthly_bytes INTEGER
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE page_keys (
     hash BLOB PRIMARY KEY,
     expires_at_ms INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;`,
  // Whom to tell when a device's house is dark, what was told, and which mail addresses agreed to be written to.
  `CREATE TABLE alerts (
     device_key TEXT PRIMARY KEY REFERENCES devices (key) ON DELETE CASCADE,
     document TEXT NOT NULL,
     told_at_ms INTEGER,
     dark_since_ms INTEGER,
     asleep_at_ms INTEGER
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE mail_consents (
     number INTEGER PRIMARY KEY,
     device_key TEXT NOT NULL REFERENCES devices (key) ON DELETE CASCADE,
     address TEXT NOT NULL,
     asked_at_ms INTEGER NOT NULL,
     answer TEXT CHECK (answer IN ('given', 'refused')),
     UNIQUE (device_key, address)
   ) STRICT;
   CREATE INDEX mail_consents_of_address ON mail_consents (address);`,

  // The name that each router updates by itself.
  `CREATE TABLE router_names (
     device_key TEXT PRIMARY KEY REFERENCES devices (key) ON DELETE CASCADE,
     name TEXT NOT NULL,
     password_hash BLOB NOT NULL,
     ipv4 TEXT,
     ipv6 TEXT,
     changed_at_ms INTEGER
   ) STRICT, WITHOUT ROWID;`,

  // Names of their owners' own that are carried to their devices.
  `CREATE TABLE carried_hosts (
     host TEXT PRIMARY KEY,
     device_key TEXT NOT NULL REFERENCES devices (key) ON DELETE CASCADE,
     service TEXT NOT NULL,
     proven_at_ms INTEGER NOT NULL,
     missing_since_ms INTEGER
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX carried_hosts_of_device ON carried_hosts (device_key);`,
]
