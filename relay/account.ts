/** Started as root, the relay goes on as an account that may do nothing as root but open ports below 1024: the same as under the systemd unit.
 *  Nothing in the data folder is touched before that, so whoever takes over the relay has no way to make root follow his links. */
import { spawnSync } from 'node:child_process'
import { lchownSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ProblemError, problem } from '../protocol/problem.ts'

/** Where an operator has made one, no flag is needed. */
const USUAL_ACCOUNT = 'porchlight'
const ROOT = 'root'

interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** Returns where this process may go on as it is; where it is root's and another account is meant, it becomes that account's and begins again
 *  (same process id, same open standard streams), so this does not return. `named`: by the operator; "root" stays root. `isPublic`: others
 *  than this computer can reach it. Throws ProblemError `root-needs-account`, `account-unusable`. */
export function becomeAccount(folder: string, named: string | undefined, isPublic: boolean): void {
  if (process.geteuid?.() !== 0) {
    // Also after having become it.
    if (named !== undefined && accountNamed(named)?.uid !== process.geteuid?.()) throw unusable(named, 'not-root')
    return
  }
  const account = accountNamed(named ?? USUAL_ACCOUNT)
  if (named === ROOT || account?.uid === 0) return
  if (!account) {
    if (named !== undefined) throw unusable(named, 'no-such-account')
    if (!isPublic) return
    throw new ProblemError(problem('root-needs-account', { command: `adduser --system --group --no-create-home ${USUAL_ACCOUNT}` }))
  }
  handOver(folder, account)
  mustBeReadable(account)
  process.execve?.('/usr/bin/env', ['env', ...asAccount(account), ...ourselves()], { ...process.env, HOME: folder, USER: account.name })
}

const ourselves = (): string[] => [process.execPath, ...process.execArgv, ...process.argv.slice(1)]

/** setpriv (util-linux) and not process.setuid(): Node can drop every capability or none, and the ports of services that are given back later,
 *  or on another address, must be opened long after the start. */
function asAccount({ name, gid }: Account): string[] {
  const identity = [`--reuid=${name}`, `--regid=${gid}`, '--init-groups', '--no-new-privs']
  const only = '-all,+net_bind_service'
  return ['setpriv', ...identity, `--inh-caps=${only}`, `--ambient-caps=${only}`, `--bounding-set=${only}`]
}

function accountNamed(name: string): Account | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/.test(name)) return undefined
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout?.trim() ?? '')
  return uid && gid ? { name, uid: Number(uid), gid: Number(gid) } : undefined
}

/** A folder that root has filled so far becomes the account's; one that is another's already stays as it is. */
function handOver(folder: string, { name, uid, gid }: Account): void {
  const owner = lstatSync(folder).uid
  if (owner === uid) return
  if (owner !== 0) throw unusable(name, 'folder-of-another')
  const give = (path: string): void => {
    const found = lstatSync(path)
    // Inside out: as long as something in it is root's, the folder is, and nobody else can put a link there.
    if (found.isDirectory()) for (const entry of readdirSync(path)) give(join(path, entry))
    lchownSync(path, uid, gid)
  }
  give(folder)
}

/** A program below /root, say, which the account cannot even see: better said than met as a module that is not found. */
function mustBeReadable(account: Account): void {
  const tried = spawnSync('/usr/bin/env', [...asAccount(account), 'test', '-r', `${process.argv[1]}`, '-a', '-x', process.execPath], {
    encoding: 'utf8',
  })
  if (tried.status === 0) return
  if (tried.status === 127) throw unusable(account.name, 'no-setpriv')
  if (tried.status === 1 && tried.stderr === '') throw unusable(account.name, 'program-unreadable')
  throw unusable(account.name, tried.stderr?.trim().split('\n').at(-1) || String(tried.error))
}

const unusable = (name: string, reason: string): ProblemError => new ProblemError(problem('account-unusable', { name, reason }))
