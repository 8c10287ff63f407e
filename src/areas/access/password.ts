import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { SlipwayError } from '../../base/error.ts'

/** scrypt's costs: 16 MiB and some 50 ms for each guess. */
const cost = { N: 16_384, r: 8, p: 1 } as const
const keyBytes = 32
const shortest = 1
const longest = 256

/** What is kept of a password: `scrypt$N$r$p$salt$key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, cost)
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64'), key.toString('base64')].join('$')
}

/** Fails with `invalid_argument`. */
export function checkPassword(password: string): void {
  if (password.length >= shortest && password.length <= longest && !password.includes('\0')) return
  throw new SlipwayError('invalid_argument', `A password has ${shortest} to ${longest} characters.`)
}

async function verify(password: string, stored: string): Promise<boolean> {
  const [scheme, n, r, p, salt = '', key = ''] = stored.split('$')
  if (scheme !== 'scrypt') return false
  const wanted = Buffer.from(key, 'base64')
  const given = await derive(password, Buffer.from(salt, 'base64'), {
    N: Number(n),
    r: Number(r),
    p: Number(p),
  })
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function derive(password: string, salt: Buffer, costs: { N: number; r: number; p: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, { ...costs, maxmem: 64 * 1024 * 1024 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

export interface Passwords {
  /** Whether this password was found right for what is stored, of late: no work, so nothing for guessers to exhaust. */
  recalls(password: string, stored: string): boolean
  /** Compares; with nothing stored it takes as long, so that names can't be told from the time. */
  matches(password: string, stored: string | undefined): Promise<boolean>
}

const mostRemembered = 10_000

/**
 * Clients of basic authentication send the password with every request, so those that matched are remembered under a
 * key of this process, with what was stored then: a changed password is forgotten by being changed.
 */
export function createPasswords(): Passwords {
  const memoryKey = randomBytes(32)
  const remembered = new Map<string, Buffer>()
  const decoy = hashPassword(randomBytes(16).toString('hex'))
  const markOf = (password: string, stored: string) =>
    createHmac('sha256', memoryKey).update(`${stored}\0${password}`).digest()
  const recalls = (password: string, stored: string) => {
    const mark = remembered.get(stored)
    return mark !== undefined && timingSafeEqual(mark, markOf(password, stored))
  }
  return {
    recalls,
    async matches(password, stored) {
      if (stored === undefined) {
        await verify(password, await decoy)
        return false
      }
      if (recalls(password, stored)) return true
      if (!(await verify(password, stored))) return false
      if (remembered.size >= mostRemembered) remembered.clear()
      remembered.set(stored, markOf(password, stored))
      return true
    },
  }
}
