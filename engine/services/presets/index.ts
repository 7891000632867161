/** Every preset, by its id, in the order in which they are offered. */
import { constellation } from './constellation.ts'
import { emby } from './emby.ts'
import { frigate } from './frigate.ts'
import { homeAssistant } from './home-assistant.ts'
import { immich } from './immich.ts'
import { jamulus } from './jamulus.ts'
import { jeedom } from './jeedom.ts'
import { jellyfin } from './jellyfin.ts'
import { licorn } from './licorn.ts'
import { minecraft } from './minecraft.ts'
import { minecraftBedrock } from './minecraft-bedrock.ts'
import { mumble } from './mumble.ts'
import { nextcloud } from './nextcloud.ts'
import { octoprint } from './octoprint.ts'
import { piHole } from './pi-hole.ts'
import { plex } from './plex.ts'
import type { Preset } from './preset.ts'
import { proxmox } from './proxmox.ts'
import { ssh } from './ssh.ts'
import { synologyDsm } from './synology-dsm.ts'
import { teamspeak } from './teamspeak.ts'
import { valheim } from './valheim.ts'
import { vaultwarden } from './vaultwarden.ts'
import { web } from './web.ts'
import { zoneminder } from './zoneminder.ts'

const ALL: readonly Preset[] = [
  homeAssistant,
  jeedom,
  nextcloud,
  immich,
  jellyfin,
  plex,
  emby,
  vaultwarden,
  synologyDsm,
  zoneminder,
  frigate,
  octoprint,
  constellation,
  licorn,
  proxmox,
  piHole,
  minecraft,
  minecraftBedrock,
  valheim,
  jamulus,
  mumble,
  teamspeak,
  ssh,
  web,
]

export const PRESETS: ReadonlyMap<string, Preset> = new Map(ALL.map((preset) => [preset.id, preset]))
