/** Mumble, for talking while playing. Speech takes the TCP connection where no UDP comes through. */
import type { Preset } from './preset.ts'

export const mumble: Preset = {
  id: 'mumble',
  name: 'Mumble',
  icon: 'headphones',
  kind: 'tcp',
  port: 64738,
  otherPorts: [{ kind: 'udp', port: 64738 }],
  recognise: { mdns: ['_mumble._tcp'] },
  advice: 'open',
  login: 'optional',
  sources: [
    'https://github.com/mumble-voip/mumble/blob/master/docs/dev/network-protocol/voice_data.md',
    'https://github.com/mumble-voip/mumble/blob/master/auxiliary_files/mumble-server.ini',
    'https://github.com/mumble-voip/mumble/blob/master/src/murmur/Server.cpp',
  ],
  readOn: '2026-11-21',
}
