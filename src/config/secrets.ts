import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SlipwayError } from '../base/error.ts'
import { makeHome } from './home.ts'

/** Key material of a home, kept outside the database: what protects the secrets that are inside it. */
export interface Secrets {
  /**
   * Encrypts for storage. The context says what it is (`channel:<id>`): opening needs the same one, so that one row's
   * secret cannot be passed off as another's.
   */
  seal(plain: string, context: string): Buffer
  /** Decrypts; fails with `secret_unreadable` when it was changed, or sealed with a key or context that is not this one. */
  open(sealed: Uint8Array, context: string): string
  /** A key for one purpose, always the same: 32 bytes. */
  derive(purpose: string): Buffer
}

const version = 1
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const headerBytes = 5
const wrappedBytes = nonceBytes + keyBytes + tagBytes

/** Opens `<home>/keys`; makes the first master key when there is none. The newest key seals, all of them open. */
export async function openSecrets(home: string): Promise<Secrets> {
  await makeHome(home)
  const directory = join(home, 'keys')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const keys = await readKeys(directory)
  if (keys.size === 0) {
    await makeKey(directory)
    return createSecrets(await readKeys(directory))
  }
  return createSecrets(keys)
}

async function readKeys(directory: string): Promise<Map<number, Buffer>> {
  const keys = new Map<number, Buffer>()
  for (const name of await readdir(directory)) {
    const number = /^master-(\d+)$/.exec(name)?.[1]
    if (number === undefined) continue
    const key = Buffer.from((await readFile(join(directory, name), 'utf8')).trim(), 'hex')
    if (key.length !== keyBytes)
      throw new SlipwayError('secret_unreadable', `${join(directory, name)} is not a key of 32 bytes in hex.`)
    keys.set(Number(number), key)
  }
  return keys
}

async function makeKey(directory: string): Promise<void> {
  const draft = join(directory, `draft-${randomBytes(6).toString('hex')}`)
  const file = await open(draft, 'wx', 0o600)
  await file.writeFile(`${randomBytes(keyBytes).toString('hex')}\n`)
  await file.sync()
  await file.close()
  // Linked, not renamed: of two programs that start at once, the first one's key counts.
  await link(draft, join(directory, 'master-1')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(draft)
  const folder = await open(directory, 'r')
  await folder.sync()
  await folder.close()
}

function createSecrets(keys: ReadonlyMap<number, Buffer>): Secrets {
  const newest = Math.max(...keys.keys())
  return {
    seal(plain, context) {
      const header = Buffer.alloc(headerBytes)
      header.writeUInt8(version, 0)
      header.writeUInt32BE(newest, 1)
      const dataKey = randomBytes(keyBytes)
      const aad = associated(header, context)
      return Buffer.concat([
        header,
        encrypt(masterKey(keys, newest), dataKey, aad),
        encrypt(dataKey, Buffer.from(plain), aad),
      ])
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed)
      if (bytes.length < headerBytes + wrappedBytes + nonceBytes + tagBytes || bytes[0] !== version)
        throw unreadable()
      const header = bytes.subarray(0, headerBytes)
      const aad = associated(header, context)
      const wrapped = bytes.subarray(headerBytes, headerBytes + wrappedBytes)
      const dataKey = decrypt(masterKey(keys, header.readUInt32BE(1)), wrapped, aad)
      return decrypt(dataKey, bytes.subarray(headerBytes + wrappedBytes), aad).toString('utf8')
    },
    derive(purpose) {
      // Always of the first key: what was derived must not change when a newer key is added.
      const oldest = masterKey(keys, Math.min(...keys.keys()))
      return Buffer.from(hkdfSync('sha256', oldest, '', `slipway ${purpose}`, keyBytes))
    },
  }
}

function masterKey(keys: ReadonlyMap<number, Buffer>, number: number): Buffer {
  const key = keys.get(number)
  if (key === undefined) throw unreadable()
  return key
}

function associated(header: Buffer, context: string): Buffer {
  return Buffer.concat([header, Buffer.from(context)])
}

function encrypt(key: Buffer, plain: Buffer, aad: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad)
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, body, cipher.getAuthTag()])
}

function decrypt(key: Buffer, bytes: Buffer, aad: Buffer): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    }).setAAD(aad)
    decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes))
    return Buffer.concat([
      decipher.update(bytes.subarray(nonceBytes, bytes.length - tagBytes)),
      decipher.final(),
    ])
  } catch (cause) {
    throw unreadable(cause)
  }
}

function unreadable(cause?: unknown): SlipwayError {
  return new SlipwayError(
    'secret_unreadable',
    'A stored secret cannot be decrypted with the keys of this home.',
    { cause },
  )
}
