import {
  Box,
  Boxes,
  Camera,
  Cctv,
  Cloud,
  Cpu,
  Film,
  Gamepad,
  Globe,
  HardDrive,
  Headphones,
  House,
  Images,
  type LucideIcon,
  Music,
  Network,
  Printer,
  School,
  Shield,
  Terminal,
  Vault,
} from 'lucide-react'
import type { PresetIcon as Name } from '../../protocol/model/preset.ts'

const ICONS: Record<Name, LucideIcon> = {
  boxes: Boxes,
  camera: Camera,
  cctv: Cctv,
  cloud: Cloud,
  cpu: Cpu,
  film: Film,
  gamepad: Gamepad,
  globe: Globe,
  'hard-drive': HardDrive,
  headphones: Headphones,
  house: House,
  images: Images,
  music: Music,
  network: Network,
  printer: Printer,
  school: School,
  shield: Shield,
  terminal: Terminal,
  vault: Vault,
}

/** A program's picture; beside its name, so that nobody needs it. */
export function PresetIcon({ name, sizePx }: { name: Name | undefined; sizePx: number }) {
  const Icon = (name && ICONS[name]) ?? Box
  return <Icon size={sizePx} aria-hidden="true" />
}
