import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify<string, Buffer, number, Buffer>(scrypt)

/** The one password there can be: the administrator's, from the configuration. */
export interface Password {
  readonly user: string
  matches(user: string, password: string): Promise<boolean>
}

/**
 * Keeps only a derived key of the password. Clients of basic authentication send it with every request, so the one
 * that matched is remembered under a key of this process, and scrypt runs once.
 */
export function createPassword(user: string, password: string): Password {
  const salt = randomBytes(16)
  const memoryKey = randomBytes(32)
  const derived = derive(password, salt, 32)
  let remembered: Buffer | undefined
  return {
    user,
    async matches(givenUser, given) {
      const mark = createHmac('sha256', memoryKey).update(`${givenUser}\0${given}`).digest()
      if (remembered !== undefined && timingSafeEqual(mark, remembered)) return true
      const same = timingSafeEqual(await derive(given, salt, 32), await derived)
      if (!same || givenUser !== user) return false
      remembered = mark
      return true
    },
  }
}
